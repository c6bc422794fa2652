type Headers = Readonly<Record<string, string>>;

/** The headers of an answer by which a provider tells how much of the account's windows is used. */
export type UsageWindows = (five: { readonly usedPercent: number; readonly resetsAtS: number }, week: typeof five) => Headers;

export const ANTHROPIC_WINDOWS: UsageWindows = (five, week) => {
  const prefix = 'anthropic-ratelimit-unified';
  const window = (name: string, { usedPercent, resetsAtS }: typeof five): Headers => ({
    [`${prefix}-${name}-status`]: 'allowed',
    [`${prefix}-${name}-reset`]: String(resetsAtS),
    [`${prefix}-${name}-utilization`]: String(usedPercent / 100),
  });
  return {
    [`${prefix}-status`]: 'allowed',
    [`${prefix}-reset`]: String(five.resetsAtS),
    [`${prefix}-representative-claim`]: 'five_hour',
    ...window('5h', five),
    ...window('7d', week),
    [`${prefix}-overage-status`]: 'rejected',
    [`${prefix}-overage-disabled-reason`]: 'org_level_disabled',
  };
};

/** Those that codex reads. */
export const CODEX_WINDOWS: UsageWindows = (five, week) => {
  const window = (name: string, minutes: number, { usedPercent, resetsAtS }: typeof five): Headers => ({
    [`x-codex-${name}-used-percent`]: String(usedPercent),
    [`x-codex-${name}-window-minutes`]: String(minutes),
    [`x-codex-${name}-reset-at`]: String(resetsAtS),
  });
  return { ...window('primary', 300, five), ...window('secondary', 10_080, week) };
};
