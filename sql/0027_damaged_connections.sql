-- A grant that was to be taken back, and whose tokens did not open: changed, or moved to another row.
ALTER TABLE revocations
  MODIFY outcome ENUM('confirmed', 'already_gone', 'best_effort', 'shared_kept', 'unsupported',
                      'gave_up', 'unreadable') NULL,
  ALGORITHM=INSTANT;
