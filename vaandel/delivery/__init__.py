"""Who is offered what, and when: asks, the mail with a proposal, and "not now".

Knows posts, people and what they shared already; whether a link was clicked is not its
business. Asks are planned by the clock, at least once: the database refuses a second one.
"""
