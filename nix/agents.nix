# The agents of dogwatch. Made from src/agents/registry.ts by `npm test -- test/nix -u`: don't edit.
[ "opencode" "claude" "codex" "gemini" "qwen" "pi" "copilot" "cline" "generic" ]
