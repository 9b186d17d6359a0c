"""Organisations, their units and members, invitations, imports of people, and the audit log."""
