//! A small country to test with, put straight into the tables.

use uuid::Uuid;

use schoolbeat::{
    domain::record::Vantage,
    store::{enrolments, secrets},
};

use super::TestDatabase;

/// Open always, so that no test depends on the hour at which it runs.
pub const COUNTRY: &str = "XTA";

/// Adds the country, judged by 1 and 20 Mbps.
pub fn country(db: &TestDatabase) {
    let sql = "
        INSERT INTO country (code, name, time_zone, opens_at, closes_at, school_days, invented)
        VALUES ('XTA', 'Testland', 'Africa/Nairobi', '00:00', '24:00', '{1,2,3,4,5,6,7}', true);
        INSERT INTO benchmark VALUES ('XTA', 'Test target', 'tests', 1, 20, 400, 50);";
    // PostgreSQL knows 24:00 as the end of a day; the program's type of time does not.
    let sql = sql.replace("24:00", "23:59:59.999999");
    db.sql().batch_execute(&sql).unwrap();
}

/// Adds a rectangular area: west, south, east, north.
pub fn area(
    db: &TestDatabase,
    level: i16,
    parent: Option<Uuid>,
    name: &str,
    bounds: [f64; 4],
) -> Uuid {
    let id = Uuid::now_v7();
    let [west, south, east, north] = bounds;
    let sql = "
        INSERT INTO area (id, country_code, level, parent_id, match_key, code, name, geometry)
        VALUES ($1, 'XTA', $2, $3, $4, upper($4), $4,
                ST_Multi(ST_MakeEnvelope($5, $6, $7, $8, 4326)))";
    db.sql()
        .execute(
            sql,
            &[&id, &level, &parent, &name, &west, &south, &east, &north],
        )
        .unwrap();
    id
}

/// A school that is not there yet.
#[derive(Clone)]
pub struct NewSchool<'a> {
    pub name: &'a str,
    /// Longitude and latitude.
    pub position: Option<(f64, f64)>,
    pub areas: &'a [Uuid],
    /// What the list says: `yes`, `no` or `unknown`.
    pub connected: &'a str,
    pub students: Option<i32>,
    pub government_id: Option<&'a str>,
}

impl Default for NewSchool<'_> {
    fn default() -> Self {
        Self {
            name: "First School",
            position: Some((36.8, -1.3)),
            areas: &[],
            connected: "unknown",
            students: None,
            government_id: None,
        }
    }
}

impl NewSchool<'_> {
    /// Adds it, with the verdict that it has before anything was measured.
    pub fn add(&self, db: &TestDatabase) -> Uuid {
        let (mut sql, id) = (db.sql(), Uuid::now_v7());
        let (longitude, latitude) = self.position.unzip();
        let school = "
            INSERT INTO school (id, country_code, name, location, location_problem, student_count,
                                connectivity_declared)
            VALUES ($1, 'XTA', $2, ST_SetSRID(ST_MakePoint($3, $4), 4326),
                    CASE WHEN $3::float8 IS NULL THEN 'not stated' END, $5, $6)";
        sql.execute(
            school,
            &[
                &id,
                &self.name,
                &longitude,
                &latitude,
                &self.students,
                &self.connected,
            ],
        )
        .unwrap();
        let verdict = "
            INSERT INTO school_status (school_id, status, target_download_mbps, floor_download_mbps)
            VALUES ($1, CASE $2 WHEN 'yes' THEN 'connected_unmeasured'
                                WHEN 'no' THEN 'not_connected' ELSE 'unknown' END, 20, 1)";
        sql.execute(verdict, &[&id, &self.connected]).unwrap();
        for area in self.areas {
            let placed = "INSERT INTO school_area SELECT $1, level, id FROM area WHERE id = $2";
            sql.execute(placed, &[&id, area]).unwrap();
        }
        if let Some(value) = self.government_id {
            let alias = "INSERT INTO school_alias VALUES ($1, 'XTA', 'government', $2)";
            sql.execute(alias, &[&id, &value]).unwrap();
        }
        id
    }
}

/// The country with one school in it.
pub fn school(db: &TestDatabase) -> Uuid {
    country(db);
    NewSchool::default().add(db)
}

/// An enrolled probe, and the secret that it alone knows.
pub struct EnrolledProbe {
    pub id: Uuid,
    pub school: Uuid,
    pub secret: String,
}

impl EnrolledProbe {
    /// The value of its `Authorization` header.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.secret)
    }
}

/// Enrols a probe as its own store function does.
pub fn probe(db: &TestDatabase, school: Uuid) -> EnrolledProbe {
    let (secret, code) = (secrets::fresh_token(), secrets::fresh_code());
    let now = chrono::Utc::now();
    let id = db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let (hash, expires_at) = (
            secrets::hash(code.as_str()),
            now + chrono::TimeDelta::hours(1),
        );
        let school = schoolbeat::domain::school::SchoolId(school);
        enrolments::add(&tx, school, &hash, "tests", expires_at)
            .await
            .unwrap();
        let newcomer = enrolments::Newcomer {
            vantage: Vantage::Device,
            software_version: "0.1.0",
            secret_hash: &secrets::hash(&secret),
        };
        let redeemed = enrolments::redeem(&tx, &hash, &newcomer, now)
            .await
            .unwrap();
        let enrolments::Redemption::Enrolled(probe) = redeemed else {
            panic!("{redeemed:?}")
        };
        tx.commit().await.unwrap();
        probe.id.0
    });
    EnrolledProbe { id, school, secret }
}

/// Number of rows that a query finds.
#[track_caller]
pub fn count(db: &TestDatabase, from: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {from}");
    db.sql().query_one(&sql, &[]).unwrap().get(0)
}
