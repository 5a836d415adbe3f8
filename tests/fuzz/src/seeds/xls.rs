//! Old Excel workbooks: a BIFF8 stream in a compound file (MS-XLS, MS-CFB), as small as one can be.

const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;
const TABLE: u32 = 0xffff_fffd;
const SECTOR: usize = 512;
/// A shorter stream would go into the file within the file.
const SHORTEST_STREAM: usize = 4096;

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((content.len() as u16).to_le_bytes());
    bytes.extend(content);
    bytes
}

fn place(row: u16, column: u16) -> Vec<u8> {
    [row, column, 0]
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// Its length, how its letters are written, and its letters.
fn text(text: &str) -> Vec<u8> {
    let wide = !text.is_ascii();
    let mut bytes = (text.encode_utf16().count() as u16).to_le_bytes().to_vec();
    bytes.push(u8::from(wide));
    if wide {
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    } else {
        bytes.extend(text.as_bytes());
    }
    bytes
}

fn begin(kind: u16) -> Vec<u8> {
    let numbers = [0x0600, kind, 0x0dbb, 0x07cc, 0, 0, 6, 0];
    record(
        0x0809,
        &numbers
            .iter()
            .flat_map(|number: &u16| number.to_le_bytes())
            .collect::<Vec<u8>>(),
    )
}

/// Cells of every kind: text, shared text, number, packed number, truth, formula.
fn sheet() -> Vec<u8> {
    let mut bytes = begin(0x10);
    let size: Vec<u8> = [0_u32, 3].iter().flat_map(|n| n.to_le_bytes()).collect();
    bytes.extend(record(0x0200, &[size, vec![0, 0, 5, 0, 0, 0]].concat()));
    for (column, name) in (0..).zip(["name", "lat", "lon", "emis_code", "internet"]) {
        bytes.extend(record(0x0204, &[place(0, column), text(name)].concat()));
    }
    for row in 1..3 {
        bytes.extend(record(
            0x00fd,
            &[place(row, 0), u32::from(row - 1).to_le_bytes().to_vec()].concat(),
        ));
        bytes.extend(record(
            0x0203,
            &[place(row, 1), 1.512_345_f64.to_le_bytes().to_vec()].concat(),
        ));
        let packed = (3651_u32 << 2 | 3).to_le_bytes().to_vec();
        bytes.extend(record(0x027e, &[place(row, 2), packed].concat()));
        let many = [
            place(row, 3),
            (10_203_u32 << 2 | 2).to_le_bytes().to_vec(),
            vec![3, 0],
        ]
        .concat();
        bytes.extend(record(0x00bd, &many));
        bytes.extend(record(0x0205, &[place(row, 4), vec![1, 0]].concat()));
    }
    bytes.extend(record(0x00e5, &[1, 0, 0, 0, 0, 0, 0, 0, 4, 0]));
    bytes.extend(record(0x000a, &[]));
    bytes
}

fn workbook() -> Vec<u8> {
    let shared = [text("Oak School"), text("École du Chêne")].concat();
    let counts: Vec<u8> = [2_u32, 2].iter().flat_map(|n| n.to_le_bytes()).collect();
    let before = [
        begin(0x05),
        record(0x0042, &1200_u16.to_le_bytes()),
        record(0x0022, &[0, 0]),
    ]
    .concat();
    let after = [
        record(0x00fc, &[counts, shared].concat()),
        record(0x000a, &[]),
    ]
    .concat();
    let mut name = text("Schools");
    name.remove(1);
    let sheet_place = |at: usize| {
        record(
            0x0085,
            &[(at as u32).to_le_bytes().to_vec(), vec![0, 0], name.clone()].concat(),
        )
    };
    let at = before.len() + sheet_place(0).len() + after.len();
    [before, sheet_place(at), after, sheet()].concat()
}

fn entry(name: &str, kind: u8, child: u32, begin: u32, bytes: usize) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = if name.is_empty() {
        0
    } else {
        entry.len() as u16 + 2
    };
    entry.resize(64, 0);
    entry.extend(length.to_le_bytes());
    entry.extend([kind, 1]);
    entry.extend([FREE, FREE, child].iter().flat_map(|n| n.to_le_bytes()));
    entry.resize(116, 0);
    entry.extend(begin.to_le_bytes());
    entry.extend((bytes as u64).to_le_bytes());
    entry
}

/// A compound file of one stream: the table of sectors, the directory, the stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    let mut stream = stream.to_vec();
    stream.resize(
        stream.len().max(SHORTEST_STREAM).next_multiple_of(SECTOR),
        0,
    );
    let sectors = (stream.len() / SECTOR) as u32;
    let mut header = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    header.resize(24, 0);
    header.extend(
        [0x3e_u16, 3, 0xfffe, 9, 6]
            .iter()
            .flat_map(|n| n.to_le_bytes()),
    );
    header.resize(44, 0);
    header.extend(
        [1_u32, 1, 0, 4096, END, 0, END, 0, 0]
            .iter()
            .flat_map(|n| n.to_le_bytes()),
    );
    header.resize(SECTOR, 0xff);
    let mut table: Vec<u8> = [TABLE, END].iter().flat_map(|n| n.to_le_bytes()).collect();
    for sector in 0..sectors {
        let next = if sector + 1 == sectors {
            END
        } else {
            sector + 3
        };
        table.extend(next.to_le_bytes());
    }
    table.resize(SECTOR, 0xff);
    let mut directory = entry("Root Entry", 5, 1, END, 0);
    directory.extend(entry("Workbook", 2, FREE, 2, stream.len()));
    directory.extend(entry("", 0, FREE, 0, 0));
    directory.extend(entry("", 0, FREE, 0, 0));
    [header, table, directory, stream].concat()
}

pub fn all() -> Vec<Vec<u8>> {
    vec![compound(&workbook())]
}
