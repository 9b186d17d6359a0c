"""A programme of an organisation and the topics that people can follow in it."""
