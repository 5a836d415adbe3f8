//! The table: what was measured, beside what, the bar, and whether it holds. It must not measure.

/// Rows in the order in which they were measured.
#[derive(Default)]
pub struct Table {
    rows: Vec<String>,
}

impl Table {
    /// A row. It is also told at once: a whole run takes minutes.
    pub fn row(&mut self, what: &str, measured: &str, beside: &str, bar: &str, holds: bool) {
        let holds = if holds { "yes" } else { "**no**" };
        let row = format!("| {what} | {measured} | {beside} | {bar} | {holds} |");
        eprintln!("{row}");
        self.rows.push(row);
    }

    /// Markdown on stdout.
    pub fn print(&self) {
        println!("| what | measured | beside | bar | holds |");
        println!("|---|---|---|---|---|");
        for row in &self.rows {
            println!("{row}");
        }
    }
}

/// How far a value lies from another, as a share of that one: 0.03 is 3 % more.
pub fn off(value: f64, reference: f64) -> f64 {
    (value - reference) / reference
}

/// A share as percent with its sign.
pub fn percent(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

/// The middle value, or the mean of the two in the middle.
pub fn median(values: &[f64]) -> f64 {
    schoolbeat_probe::summary::median(values).expect("there are values")
}
