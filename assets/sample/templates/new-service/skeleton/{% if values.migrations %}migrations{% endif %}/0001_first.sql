{% if values.database == "postgres" -%}
CREATE TABLE events (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    what        text        NOT NULL,
    happened_at timestamptz NOT NULL DEFAULT now()
);
{% else -%}
CREATE TABLE events (
    id          INTEGER PRIMARY KEY,
    what        TEXT NOT NULL,
    happened_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
{% endif -%}
