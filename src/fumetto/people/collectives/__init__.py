"""Who belongs together: families, classes and schools, guardians, and invitations to them."""
