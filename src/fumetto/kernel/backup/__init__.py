"""Everything that Fumetto keeps, in one file that is known to be whole, and back again."""

from fumetto.kernel.backup.manifest import Manifest, Part
from fumetto.kernel.backup.reading import check_backup
from fumetto.kernel.backup.restoring import Restored, restore
from fumetto.kernel.backup.writing import BackedUp, backup

__all__ = ["BackedUp", "Manifest", "Part", "Restored", "backup", "check_backup", "restore"]
