"""Who somebody is and what they may do. Enter through `fumetto.people.public`."""
