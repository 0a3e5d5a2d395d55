"""What every context stands on and none of them owns: settings, errors, database, jobs, storage, images, text, web."""
