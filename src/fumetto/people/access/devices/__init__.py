"""Devices that an adult has paired, and the children who sign in there with a picture and a PIN."""
