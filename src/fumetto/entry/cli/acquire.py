"""acquire: fetch comics that their makers publish, politely, into a folder that can be imported."""
