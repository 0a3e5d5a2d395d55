"""Series, episodes and pages: where they come from, what is on them, who has read them. Enter through `public`."""
