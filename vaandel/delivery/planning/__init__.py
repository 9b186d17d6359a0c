"""Who is offered what, and when somebody is turned to. See ``services.plan_asks``."""
