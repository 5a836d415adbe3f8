//! The outlines of an invented country's areas, and their GeoJSON. Two areas that meet share every
//! vertex between them.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Write},
};

use crate::{
    country::{CODE, CORNERS, Country, Key, plus},
    dice::Dice,
    names,
};

/// Longitude and latitude in degrees.
pub type Point = [f64; 2];

/// How far a corner strays from its place in the lattice, in widths of a cell.
const STRAY: f64 = 0.13;
/// How far the middle of a line strays, as a share of its length, each time that it is halved: so
/// little that no two lines meet.
const BENDS: [f64; 4] = [0.11, 0.09, 0.06, 0.05];
/// Outlines have six decimals: a tenth of a metre.
const DECIMALS: f64 = 1e6;

fn corner(country: &Country, key: Key) -> Point {
    let parts = [
        country.seed,
        30,
        u64::from(key.0.cast_unsigned()),
        u64::from(key.1.cast_unsigned()),
    ];
    let mut dice = Dice::of(&parts);
    let [x, y] = country.degrees(f64::from(key.0), f64::from(key.1));
    let stray = STRAY * country.unit;
    [
        x + dice.between(-stray, stray),
        y + dice.between(-stray, stray),
    ]
}

/// The line from one corner to the next, without its last point: 8 or 16 pieces.
fn line(country: &Country, from: Key, to: Key) -> Vec<Point> {
    let (low, high) = (from.min(to), from.max(to));
    let parts = [low.0, low.1, high.0, high.1].map(|part| u64::from(part.cast_unsigned()));
    let mut dice = Dice::of(&[&[country.seed, 40], &parts[..]].concat());
    let mut points = vec![corner(country, low), corner(country, high)];
    let halvings = if dice.chance(0.5) { 3 } else { 4 };
    for bend in &BENDS[..halvings] {
        let mut finer = vec![points[0]];
        for pair in points.windows(2) {
            let [dx, dy] = [pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]];
            let aside = dice.between(-bend, *bend);
            let along = dice.between(0.42, 0.58);
            finer.push([
                pair[0][0] + along * dx - aside * dy,
                pair[0][1] + along * dy + aside * dx,
            ]);
            finer.push(pair[1]);
        }
        points = finer;
    }
    for point in &mut points {
        *point = point.map(|degrees| (degrees * DECIMALS).round() / DECIMALS);
    }
    if from != low {
        points.reverse();
    }
    points.pop();
    points
}

/// The outline of one cell, closed and against the clock.
pub fn of_cell(country: &Country, key: Key) -> Vec<Point> {
    let corners = CORNERS.map(|(corner, _)| plus(key, corner));
    let mut ring: Vec<Point> = (0..6)
        .flat_map(|at| line(country, corners[at], corners[(at + 1) % 6]))
        .collect();
    ring.push(ring[0]);
    ring
}

/// Whether a point lies within a closed ring.
pub fn holds(ring: &[Point], [x, y]: Point) -> bool {
    let crossings = ring.windows(2).filter(|side| {
        let ([ax, ay], [bx, by]) = (side[0], side[1]);
        (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
    });
    crossings.count() % 2 == 1
}

/// The outlines of groups of cells, each a polygon with its holes.
fn dissolved(country: &Country, group: &dyn Fn(usize) -> usize) -> Vec<Vec<Vec<Vec<Point>>>> {
    let mut borders = BTreeMap::<usize, HashMap<Key, Key>>::new();
    for (cell, known) in country.cells.iter().enumerate() {
        let own = group(cell);
        for (at, (corner, beyond)) in CORNERS.iter().enumerate() {
            let beyond = country.by_key.get(&plus(known.key, *beyond));
            if beyond.is_none_or(|beyond| group(*beyond) != own) {
                let [from, to] = [*corner, CORNERS[(at + 1) % 6].0].map(|at| plus(known.key, at));
                borders.entry(own).or_default().insert(from, to);
            }
        }
    }
    borders
        .into_values()
        .map(|border| polygons(country, border))
        .collect()
}

fn polygons(country: &Country, mut border: HashMap<Key, Key>) -> Vec<Vec<Vec<Point>>> {
    let (mut outer, mut holes) = (vec![], vec![]);
    while let Some(first) = border.keys().min().copied() {
        let mut ring = vec![];
        let mut from = first;
        while let Some(to) = border.remove(&from) {
            ring.extend(line(country, from, to));
            from = to;
        }
        ring.push(ring[0]);
        let twice: f64 = ring
            .windows(2)
            .map(|side| side[0][0] * side[1][1] - side[1][0] * side[0][1])
            .sum();
        if twice > 0.0 {
            outer.push(vec![ring]);
        } else {
            holes.push(ring);
        }
    }
    for hole in holes {
        let within = |polygon: &&mut Vec<Vec<Point>>| holds(&polygon[0], hole[0]);
        if let Some(polygon) = outer.iter_mut().find(within) {
            polygon.push(hole);
        }
    }
    outer
}

/// Writes the areas of a level as GeoJSON; 3 is the deepest.
pub fn write_geojson(country: &Country, level: usize, mut out: impl Write) -> io::Result<()> {
    write!(out, "{{\"type\":\"FeatureCollection\",\"features\":[")?;
    let outlines = match level {
        0 => dissolved(country, &|_| 0),
        1 | 2 => dissolved(country, &|cell| country.cells[cell].within[level - 1]),
        _ => country
            .cells
            .iter()
            .map(|cell| vec![vec![cell.ring.clone()]])
            .collect(),
    };
    for (at, outline) in outlines.iter().enumerate() {
        let (name, code) = (names::area(country.seed, level, at), code(level, at));
        let comma = if at == 0 { "" } else { "," };
        write!(
            out,
            "{comma}\n{{\"type\":\"Feature\",\"properties\":{{\"name\":\"{name}\",\"code\":\"{code}\"}},\
             \"geometry\":{{\"type\":\"MultiPolygon\",\"coordinates\":"
        )?;
        list(&mut out, outline, |out, polygon| {
            list(out, polygon, |out, ring| {
                list(out, ring, |out, [x, y]| write!(out, "[{x:.6},{y:.6}]"))
            })
        })?;
        write!(out, "}}}}")?;
    }
    writeln!(out, "\n]}}")?;
    out.flush()
}

fn list<W: Write, T>(
    out: &mut W,
    parts: &[T],
    mut write_one: impl FnMut(&mut W, &T) -> io::Result<()>,
) -> io::Result<()> {
    for (at, part) in parts.iter().enumerate() {
        out.write_all(if at == 0 { b"[" } else { b"," })?;
        write_one(out, part)?;
    }
    out.write_all(b"]")
}

fn code(level: usize, at: usize) -> String {
    match level {
        0 => CODE.into(),
        _ => format!("{CODE}-{level}-{:05}", at + 1),
    }
}
