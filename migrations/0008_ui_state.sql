-- How the window was left: one row per field of UiState, its value as JSON, so that a field that is not
-- known any more disturbs no other. Never edited after a release.
CREATE TABLE ui_state (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
