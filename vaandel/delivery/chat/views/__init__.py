"""Pages about chats: the channels of the organisation, and one's own."""
