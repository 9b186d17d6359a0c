// The push service of web-push-testing, which can be told its port but not to stay on this machine.
const { Server } = require("node:http");
const { PushApiModel } = require("web-push-testing/src/PushApiModel");
const PushServer = require("web-push-testing/src/server.js");

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ready) {
  return listen.call(this, port, "127.0.0.1", ready);
};

new PushServer(new PushApiModel(), Number(process.argv[2])).startServer();
