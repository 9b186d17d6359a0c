"""Messages on their way out. This room knows no noun of the domain: templates in, messages out."""
