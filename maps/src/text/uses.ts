// The words of what learners can do with a line, in English. Part of the words in en.ts.

type MetricName = 'download' | 'upload' | 'rtt' | 'loss';

const metrics: Record<MetricName, string> = {
  download: 'download',
  upload: 'upload',
  rtt: 'latency',
  loss: 'packet loss',
};

export const uses = {
  title: 'What learners can do',
  basis: (tests: string, n: number, days: number) =>
    n === 1
      ? `At once, by the one test of ${days} days.`
      : `At once, by the medians of ${tests} tests in ${days} days.`,
  offHours: 'All of them were made outside school hours, when the line is less busy.',
  nothing: (days: number) => `Nothing was measured in ${days} days, so this is not known.`,
  loading: 'Loading what learners can do…',
  failed: 'What learners can do could not be loaded.',
  names: {
    reading_and_search: 'Read and search',
    video_lesson: 'Watch a recorded lesson',
    video_class: 'Join a live video class',
    assessment_online: 'Sit an online test',
    ai_tutor: 'Talk with an AI tutor',
  } as Record<string, string>,
  content: 'Fetch lessons overnight',
  learners: (count: string, n: number) => (n === 1 ? '1 learner' : `${count} learners`),
  nobody: 'nobody',
  notKnown: 'not known',
  limit: {
    download: (need: string) => `download limits it: ${need} each`,
    upload: (need: string) => `upload limits it: ${need} each`,
  },
  tooSlow: {
    download: (is: string, need: string) => `download of ${is}; one learner needs ${need}`,
    upload: (is: string, need: string) => `upload of ${is}; one learner needs ${need}`,
  },
  tooLong: (is: string, most: string) => `answers take ${is}, longer than ${most}`,
  tooMuchLost: (is: string, most: string) => `${is} of packets are lost, more than ${most}`,
  missing: (names: MetricName[]) => {
    const words = names.map((name) => metrics[name]);
    const last = words.pop() ?? '';
    const all = words.length > 0 ? `${words.join(', ')} and ${last}` : last;
    return `${all} ${names.length > 1 ? 'were' : 'was'} not measured`;
  },
  gigabytes: (gb: string) => `${gb} GB a night`,
  night: (rate: string, tests: string, share: string) =>
    `21:00 to 05:00: ${rate} or more in nine of ten tests (${tests}), online ${share} of the time`,
  whyNot: {
    few_tests: 'fewer than 10 tests outside school hours',
    availability_not_known: 'no probe watched the line at night',
  },
  others: 'Indices that others report',
  iqb: 'Internet Quality Barometer (M-Lab)',
  iqbEdu: 'The same, weighed for schools',
  score: (score: string) => `${score} of 1`,
  fewTests: 'rests on fewer tests than the 30 that M-Lab asks for',
  lossBy: {
    retransmissions: 'loss by retransmissions, as M-Lab counts it',
    packets: 'loss by our own packets, not by M-Lab’s way',
  },
  inec: 'INEC (Brazil), 0 to 5',
  inecLevel: (level: number) => `level ${level}`,
  sdg: 'Internet for learning (SDG 4.a.1)',
  sdgLevel: { yes: 'yes', no: 'no', unknown: 'not known' },
  sdgUnknown: 'the school list does not say whether pupils use it',
  lacks: {
    power: 'power',
    internet: 'whether there is internet',
    speed: 'whether the line is fast enough',
    wifi: 'Wi-Fi',
    wifi_quality: 'whether the Wi-Fi suffices',
  } as Record<string, string>,
  lacking: (facts: string[]) => `missing: ${facts.join(', ')}`,
  sources: 'Where the needs come from',
};
