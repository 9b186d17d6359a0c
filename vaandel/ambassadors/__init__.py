"""Taking part: enrolment, followed topics, rhythm, consents, the networks somebody uses."""
