//! HTTP: one file per resource. A handler parses, asks, judges, answers. The routes are all below.

mod areas;
mod auth;
mod benchmarks;
mod bodies;
mod browser_tests;
mod corrections;
mod countries;
mod enrolments;
mod error;
mod events;
mod gaps;
mod giga_meter;
mod health;
mod history;
mod imports;
mod infrastructure;
mod merges;
mod metric_series;
mod metrics;
mod overview;
mod path_series;
mod probe_config;
mod probe_health;
mod probe_reports;
mod probes;
mod reporting;
mod request_log;
mod schools;
mod series;
mod session;
mod speed_servers;
mod status_history;
mod telling_servers;
mod throttle;
mod tiles;
mod uses;
mod verdict;
mod web_app;

use std::{sync::Arc, time::Duration};

use actix_web::{
    App, HttpServer, Route, dev::Server, guard, http::header::HeaderValue, middleware,
    middleware::from_fn, web, web::ServiceConfig,
};
pub use error::ApiError;
pub use metrics::Metrics;
use schoolbeat_wire as wire;
pub use speed_servers::{OwnSpeedServer, SpeedResults, speed_results};
use throttle::Throttle;
use tokio::sync::Semaphore;

use crate::{
    config::HttpConfig,
    jobs::atlas_refresh::AtlasHandle,
    store::{Store, reports::GroupCommit},
};

/// Largest body of a request of a person's, in bytes.
const MAX_JSON_BYTES: usize = 16 << 10;
/// Most pages that follow the map live.
const MAX_LIVE_PAGES: usize = 5000;
/// Failed attempts at codes or passwords: of one source, and of all, in ten minutes.
const ATTEMPTS: (u32, u32, Duration) = (10, 1000, Duration::from_secs(600));
/// Speed tests of browsers: of one source, a school's line with its computer room, and of all.
const BROWSER_TESTS: (u32, u32, Duration) = (60, 5000, Duration::from_secs(600));

/// The same for API keys of all sources: a key cannot be guessed, and a country's computers that still
/// have a revoked one must not keep out those with a good one.
const KEY_ATTEMPTS: u32 = 1_000_000;

/// What every handler may ask.
pub struct AppState {
    /// PostGIS.
    pub store: Store,
    /// The map.
    pub atlas: AtlasHandle,
    /// What we count.
    pub metrics: Metrics,
    /// Where we are reached.
    pub config: HttpConfig,
    /// Tells open streams that the end has come.
    pub shutdown: crate::jobs::Shutdown,
    /// Where reports wait to be written.
    pub reports: GroupCommit,
    /// Our own measurement server, if there is one.
    pub speed_server: Option<OwnSpeedServer>,
    content_security_policy: HeaderValue,
    code_attempts: Throttle,
    password_attempts: Throttle,
    browser_attempts: Throttle,
    key_attempts: Throttle,
    live_pages: Arc<Semaphore>,
    password_work: Semaphore,
    /// Files that are read at once.
    readings: Semaphore,
    reporting: reporting::ReportingCache,
    area_tiles: tiles::AreaTileCache,
    infrastructure_tiles: infrastructure::TileCache,
}

impl AppState {
    /// The state of a server.
    pub fn new(
        store: Store,
        atlas: AtlasHandle,
        metrics: Metrics,
        config: HttpConfig,
        shutdown: crate::jobs::Shutdown,
        reports: GroupCommit,
        speed_server: Option<OwnSpeedServer>,
    ) -> Self {
        let throttle = || Throttle::new(ATTEMPTS.0, ATTEMPTS.1, ATTEMPTS.2);
        Self {
            store,
            atlas,
            metrics,
            config,
            shutdown,
            reports,
            content_security_policy: web_app::content_security_policy(
                speed_server.as_ref().map(|own| &own.address),
            ),
            speed_server,
            code_attempts: throttle(),
            password_attempts: throttle(),
            browser_attempts: Throttle::new(BROWSER_TESTS.0, BROWSER_TESTS.1, BROWSER_TESTS.2),
            key_attempts: Throttle::new(ATTEMPTS.0, KEY_ATTEMPTS, ATTEMPTS.2),
            live_pages: Arc::new(Semaphore::new(MAX_LIVE_PAGES)),
            // Argon2id takes 19 MiB and a core for each.
            password_work: Semaphore::new(2),
            readings: Semaphore::new(1),
            reporting: reporting::cache(),
            area_tiles: tiles::area_tile_cache(),
            infrastructure_tiles: infrastructure::tile_cache(),
        }
    }
}

/// A server on an open socket; it runs when it is awaited.
pub fn server(listener: std::net::TcpListener, state: AppState) -> std::io::Result<Server> {
    let state = web::Data::new(state);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .wrap(middleware::Compress::default())
            .wrap(from_fn(web_app::security_headers))
            .wrap(from_fn(request_log::log))
            .configure(routes)
    });
    Ok(server
        .listen(listener)?
        .client_request_timeout(Duration::from_secs(15))
        .client_disconnect_timeout(Duration::from_secs(5))
        .keep_alive(Duration::from_secs(75))
        .max_connections(10_000)
        .shutdown_timeout(10)
        .disable_signals()
        .run())
}

/// Reading: GET, and HEAD, which asks for the same without its body (RFC 9110, 9.3.2).
fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// Every path that is answered.
fn routes(app: &mut ServiceConfig) {
    // First what most requests are: routes are looked through in this order.
    app.route(wire::REPORTS_PATH, web::post().to(probe_reports::receive));
    import_routes(app);
    app.app_data(
        web::JsonConfig::default()
            .limit(MAX_JSON_BYTES)
            .error_handler(|error, _| error::json(&error).into()),
    )
    .app_data(web::PathConfig::default().error_handler(|e, _| error::parameter(&e).into()))
    .app_data(web::QueryConfig::default().error_handler(|e, _| error::parameter(&e).into()))
    .route("/health/live", read().to(health::live))
    .route("/health/ready", read().to(health::ready))
    .route("/metrics", read().to(metrics::show))
    .route(wire::REDEEM_PATH, web::post().to(enrolments::redeem))
    .route(wire::CONFIG_PATH, read().to(probe_config::show))
    .route(wire::NDT7_NEAREST_PATH, read().to(speed_servers::nearest))
    .route("/api/v1/countries", read().to(countries::list))
    .route("/api/v1/benchmarks", read().to(benchmarks::list))
    .route("/api/v1/overview", read().to(overview::show))
    .configure(school_routes)
    .route("/api/v1/corrections", read().to(corrections::list))
    .route(
        "/api/v1/corrections/{id}/approve",
        web::post().to(corrections::approve),
    )
    .route(
        "/api/v1/corrections/{id}/decline",
        web::post().to(corrections::decline),
    )
    .route("/api/v1/areas", read().to(areas::list))
    .route("/api/v1/areas/{id}", read().to(areas::show))
    .route("/api/v1/areas/{id}/history", read().to(areas::history))
    .route("/api/v1/gaps", read().to(gaps::show))
    .route("/api/v1/events", web::get().to(events::stream))
    .route("/api/v1/session", read().to(session::show))
    .route("/api/v1/session", web::post().to(session::begin))
    .route("/api/v1/session", web::delete().to(session::end))
    .route("/reports/gaps.{format}", read().to(gaps::download))
    .route("/tiles/schools.json", read().to(tiles::schools_json))
    .route("/tiles/areas.json", read().to(tiles::areas_json))
    .route("/tiles/schools/{z}/{x}/{y}.mvt", read().to(tiles::schools))
    .route("/tiles/areas/{z}/{x}/{y}.mvt", read().to(tiles::areas))
    .configure(infrastructure_routes)
    .configure(series_routes)
    .configure(probe_routes)
    .route(wire::SEEN_PATH, web::post().to(telling_servers::receive))
    .configure(giga_meter::routes)
    .default_service(web::to(web_app::serve));
}

/// The paths of schools.
fn school_routes(app: &mut ServiceConfig) {
    app.route("/api/v1/schools", read().to(schools::list))
        .route("/api/v1/schools/{id}", read().to(schools::show))
        .route("/api/v1/schools/{id}/series", read().to(series::show))
        .route("/api/v1/schools/{id}/uses", read().to(uses::show))
        .route(
            "/api/v1/schools/{id}/enrolments",
            web::post().to(enrolments::create),
        )
        .route(
            "/api/v1/schools/{id}/corrections",
            web::post().to(corrections::propose),
        )
        .route(
            "/api/v1/schools/{id}/browser-tests",
            web::post().to(browser_tests::receive),
        )
        .route("/api/v1/schools/{id}/history", read().to(history::show))
        .route(
            "/api/v1/schools/{id}/status-history",
            read().to(status_history::show),
        )
        .route("/api/v1/schools/{id}/merge", web::post().to(merges::merge))
        .route(
            "/api/v1/schools/{id}/unmerge",
            web::post().to(merges::unmerge),
        );
}

/// The paths of the import wizard.
fn import_routes(app: &mut ServiceConfig) {
    app.route("/api/v1/imports", read().to(imports::list))
        .route("/api/v1/imports", web::post().to(imports::create))
        .route("/api/v1/imports/{id}", read().to(imports::show))
        .route("/api/v1/imports/{id}", web::delete().to(imports::discard))
        .route(
            "/api/v1/imports/{id}/layout",
            web::put().to(imports::set_layout),
        )
        .route("/api/v1/imports/{id}/stage", web::post().to(imports::stage))
        .route("/api/v1/imports/{id}/rows", read().to(imports::rows))
        .route(
            "/api/v1/imports/{id}/repairs",
            web::post().to(imports::decide),
        )
        .route("/api/v1/imports/{id}/apply", web::post().to(imports::apply))
        .route("/api/v1/imports/{id}/undo", web::post().to(imports::undo))
        .route(
            "/tiles/imports/{id}/{z}/{x}/{y}.mvt",
            read().to(imports::tile),
        );
}

/// What people see of probes.
fn probe_routes(app: &mut ServiceConfig) {
    app.route("/api/v1/probes/{id}/revoke", web::post().to(probes::revoke))
        .route("/api/v1/probes/worklist", read().to(probe_health::worklist))
        .route(
            "/api/v1/metering-coverage",
            read().to(probe_health::coverage),
        );
}

/// One metric over time.
fn series_routes(app: &mut ServiceConfig) {
    app.route(
        "/api/v1/areas/{id}/series",
        read().to(metric_series::of_area),
    )
    .route(
        "/api/v1/countries/{code}/series",
        read().to(metric_series::of_country),
    )
    .route("/api/v1/providers", read().to(metric_series::providers))
    .route(
        "/api/v1/providers/{id}/series",
        read().to(metric_series::of_provider),
    )
    .route(
        "/api/v1/technologies",
        read().to(metric_series::technologies),
    )
    .route(
        "/api/v1/technologies/{id}/series",
        read().to(metric_series::of_technology),
    );
}

/// What a school could be connected to.
fn infrastructure_routes(app: &mut ServiceConfig) {
    app.route("/api/v1/infrastructure", read().to(infrastructure::list))
        .route(
            "/api/v1/infrastructure/datasets",
            read().to(infrastructure::datasets),
        )
        .route(
            "/tiles/infrastructure.json",
            read().to(infrastructure::tile_json),
        )
        .route(
            "/tiles/infrastructure/{z}/{x}/{y}.mvt",
            read().to(infrastructure::tile),
        );
}
