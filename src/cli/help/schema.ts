import schema from './json.schema.json' with { type: 'json' };

/** The JSON schema of what `--json` prints, as text. */
export const schemaText = (): string => `${JSON.stringify(schema, null, 2)}\n`;
