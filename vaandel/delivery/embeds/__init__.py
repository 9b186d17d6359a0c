"""Places of the organisation itself: a page of the intranet, and a newsletter."""
