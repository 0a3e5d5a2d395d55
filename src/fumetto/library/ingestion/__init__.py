"""From files on a disk to rows and derived images."""
