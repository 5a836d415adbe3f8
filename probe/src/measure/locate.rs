//! Where to measure: the server is asked which measurement servers there are. It must not measure. A
//! server that names none is measured against itself, as older ones want.

use schoolbeat_wire::NDT7_NEAREST_PATH;
use tokio::{task::spawn_blocking, time::timeout};
use ureq::Agent;

use super::{
    STEP_TIMEOUT, proxy,
    targets::{Target, understood},
};
use crate::{SOFTWARE_VERSION, server_url::ServerUrl};

const MAX_ANSWER_BYTES: u64 = 64 << 10;

/// The measurement servers to try, best first; never empty. Each lookup takes 7 s at most.
pub(super) async fn targets(server: &ServerUrl) -> Vec<Target> {
    let url = server.join(NDT7_NEAREST_PATH);
    let asked = spawn_blocking(move || ask(&url));
    let named = match timeout(STEP_TIMEOUT, asked).await {
        Ok(Ok(Some(text))) => understood(&text, server),
        _ => vec![],
    };
    if named.is_empty() {
        vec![Target::itself(server)]
    } else {
        named
    }
}

/// The body of a good answer.
fn ask(url: &str) -> Option<String> {
    let agent = Agent::new_with_config(
        Agent::config_builder()
            .http_status_as_error(true)
            .max_redirects(0)
            .timeout_global(Some(STEP_TIMEOUT))
            .tls_config(super::tls())
            .proxy(proxy::current())
            .user_agent(format!("schoolbeat-probe/{SOFTWARE_VERSION}"))
            .build(),
    );
    let mut response = agent.get(url).call().ok()?;
    let body = response.body_mut().with_config().limit(MAX_ANSWER_BYTES);
    body.read_to_string().ok()
}
