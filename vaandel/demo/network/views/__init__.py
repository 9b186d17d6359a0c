"""HTTP of the practice network: for applications, and for people."""
