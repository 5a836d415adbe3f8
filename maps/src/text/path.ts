// The words of the path's stages and of the learning platforms' pages, in English. Part of the words in en.ts.

type StageName = 'gateway' | 'resolver' | 'server';

const names: Record<StageName, string> = {
  gateway: 'the school’s own network',
  resolver: 'the name server',
  server: 'our server',
};

const silent: Record<StageName, string> = {
  gateway:
    'The school’s router does not answer such packets. Many routers never do: it says nothing of the network.',
  resolver:
    'The name server does not answer such packets. Some never do: it says nothing of the line.',
  server: 'Our server did not answer: every packet was lost.',
};

export const path = {
  title: 'Where does the time go?',
  empty: 'Not measured yet: no probe has checked the path to our server.',
  names,
  silent,
  /** `parts` are of `answers`, nearest first. */
  sentence: (day: string, parts: string[]) => `On ${day}, ${parts.join('; ')}.`,
  answers: (name: string, time: string, isFirst: boolean) =>
    isFirst ? `${name} answered in ${time}` : `${name} in ${time}`,
  nothing: (day: string) => `On ${day}, nothing answered.`,
  most: {
    gateway: 'Most of that time is spent within the school.',
    resolver: 'Most of that time is spent between the school and the name server.',
    server: 'Most of that time is spent beyond the name server.',
    serverFromGateway: 'Most of that time is spent beyond the school’s own network.',
  },
  lossIn: {
    gateway: 'Packets are lost within the school already: look at its cable, Wi-Fi and router.',
    resolver: 'Packets are lost between the school and the name server: the provider’s line.',
    server: 'Packets are lost beyond the name server.',
    serverFromGateway: 'Packets are lost beyond the school’s own network.',
    serverAlone: 'Packets are lost on the way to our server; where cannot be told.',
  },
  columns: {
    stage: 'Stage',
    answer: 'Answer',
    varies: 'Varies by',
    loss: 'Lost',
  },
  head: {
    gateway: 'School’s network',
    resolver: 'Name server',
    server: 'Our server',
  },
  notMeasured: 'not measured',
  noAnswer: 'no answer',
  notSent: 'could not be sent',
  none: 'none',
  at: (target: string, how: string) => `${target}, ${how}`,
  how: (icmp: boolean, checks: number, seconds: string) =>
    `${checks === 1 ? '1 check' : `median of ${checks} checks`} by ${icmp ? 'ping' : 'TCP connect'}; lost after ${seconds} s`,
  truncated: 'Older days are left out.',
};

export const pages = {
  title: 'Learning platforms',
  empty: 'Not measured: no platform is named to the probes, or none was checked yet.',
  columns: { page: 'Platform', total: 'First answer', steps: 'Name, connection, TLS, answer' },
  none: 'no answer',
  step: 'not measured',
  failed: (failed: string, checks: string, stage: string) =>
    `${failed} of ${checks} checks had no answer; last: ${stage}`,
  stages: {
    resolve: 'its name was not found',
    connect: 'no connection',
    handshake: 'TLS failed, or something else answered in its place',
    transfer: 'the answer did not come',
    deadline: 'it took too long',
  } as Record<string, string>,
  status: (status: number) => `it answers with an error (status ${status})`,
  on: (day: string) => `on ${day}`,
  note: 'Names may come from a cache on the school’s network.',
};
