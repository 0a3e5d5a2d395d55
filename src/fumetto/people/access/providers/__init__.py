"""Sign-in by OpenID Connect: other places that know who somebody is."""
