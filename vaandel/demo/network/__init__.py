"""The practice network: a server that speaks Mastodon's language, so that a demonstration has
somewhere to post. https://docs.joinmastodon.org/methods/"""
