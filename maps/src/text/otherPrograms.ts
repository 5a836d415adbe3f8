// Words of programs that report here and are not our own probe.

export const otherPrograms = {
  names: {
    giga_meter: 'Giga Meter',
  } as Record<string, string>,
  test: (program: string) => `Measured by ${program}.`,
  verdict: (program: string) => `Measured by ${program}; no probe of Schoolbeat’s finished a test.`,
  chart: (program: string) =>
    `Some of these tests are ${program}’s. They make a day’s median only where no test of a Schoolbeat probe was valid.`,
  looks: (connected: string, checks: string, days: number) =>
    `Giga Meter looked for the internet ${checks} times in ${days} days and found it ${connected} times.`,
};
