// Why a measurement failed or does not count, in English. Part of the words in en.ts.

export const outcomes = {
  stages: {
    resolve: 'the name of the test server could not be found',
    connect: 'no connection to the test server',
    handshake: 'the test server did not complete the greeting',
    transfer: 'the transfer broke off',
    deadline: 'it took too long',
  } as Record<string, string>,

  invalid: {
    time_in_future: 'its time lies in the future, so the clock of the probe is wrong',
    time_too_old: 'it is older than what is kept here',
    too_few_bytes: 'too little was transferred',
    too_long: 'it lasted too long',
    incomplete: 'only one direction was measured',
    inconsistent: 'its rate does not follow from its bytes and its duration',
    above_server_count: 'the measurement server saw less than is claimed',
    server_contended: 'tests together filled the measurement server’s own line',
    no_evidence: 'it does not say from which bytes and duration its rate follows',
    not_seen_by_server: 'our measurement server has not seen this test',
  } as Record<string, string>,
};
