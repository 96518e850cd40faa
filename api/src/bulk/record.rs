//! One account in a file: a line of JSON, or a row of CSV whose first row names the columns.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::Path,
};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The longest line of JSON that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Text as it stands in the file; times are RFC 3339. `docs/bulk.md` says what each column means.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    pub phone: String,
    pub nickname: Option<String>,
    pub email: Option<String>,
    pub password_hash: Option<String>,
    pub locale: Option<String>,
    pub created_at: Option<String>,
    pub phone_proven_at: Option<String>,
    pub name: Option<String>,
    pub id_number: Option<String>,
    pub verified_at: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Csv,
    /// A JSON object on each line.
    Jsonl,
}

impl Format {
    /// By the ending of the file's name, unless it is given.
    pub fn of(given: Option<Self>, file: &Path) -> anyhow::Result<Self> {
        if let Some(format) = given {
            return Ok(format);
        }
        match file.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Ok(Self::Csv),
            Some("jsonl" | "ndjson") => Ok(Self::Jsonl),
            _ => anyhow::bail!("{}: say --format csv or --format jsonl", file.display()),
        }
    }
}

/// A record that could not be read as one.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Reads a file record by record.
pub enum Reader {
    Csv {
        rows: csv::Reader<File>,
        columns: csv::StringRecord,
    },
    Jsonl {
        lines: BufReader<File>,
        bytes: u64,
    },
}

impl Reader {
    pub fn open(file: &Path, format: Format) -> anyhow::Result<Self> {
        let opened = File::open(file)?;
        Ok(match format {
            Format::Csv => {
                let mut rows = csv::ReaderBuilder::new()
                    .trim(csv::Trim::All)
                    .from_reader(opened);
                let columns = rows.headers()?.clone();
                let row = csv::StringRecord::from(vec![""; columns.len()]);
                let known = row.deserialize::<Record>(Some(&columns)).is_ok();
                anyhow::ensure!(known, "{}: a column that is not known", file.display());
                Self::Csv { rows, columns }
            }
            Format::Jsonl => Self::Jsonl {
                lines: BufReader::new(opened),
                bytes: 0,
            },
        })
    }

    /// The next record, `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Result<Record, Unreadable>>> {
        match self {
            Self::Csv { rows, columns } => {
                let mut row = csv::StringRecord::new();
                match rows.read_record(&mut row) {
                    Ok(false) => Ok(None),
                    Ok(true) => Ok(Some(row.deserialize(Some(columns)).map_err(|_| Unreadable))),
                    Err(error) => match error.into_kind() {
                        csv::ErrorKind::Io(error) => Err(error),
                        _ => Ok(Some(Err(Unreadable))),
                    },
                }
            }
            Self::Jsonl { lines, bytes } => loop {
                let mut line = Vec::new();
                let read = lines.take(LONGEST).read_until(b'\n', &mut line)? as u64;
                *bytes += read;
                if read == 0 {
                    return Ok(None);
                }
                if read == LONGEST && !line.ends_with(b"\n") {
                    *bytes += lines.skip_until(b'\n')? as u64;
                    return Ok(Some(Err(Unreadable)));
                }
                if !line.trim_ascii().is_empty() {
                    let record = serde_json::from_slice(&line).map_err(|_| Unreadable);
                    return Ok(Some(record));
                }
            },
        }
    }

    /// How many bytes of the file are done with.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Csv { rows, .. } => rows.position().byte(),
            Self::Jsonl { bytes, .. } => *bytes,
        }
    }
}

/// Writes a file record by record.
pub enum Writer {
    Csv(Box<csv::Writer<File>>),
    Jsonl(BufWriter<File>),
}

impl Writer {
    pub fn new(file: File, format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv(Box::new(csv::Writer::from_writer(file))),
            Format::Jsonl => Self::Jsonl(BufWriter::new(file)),
        }
    }

    pub fn write(&mut self, record: &Record) -> anyhow::Result<()> {
        match self {
            Self::Csv(rows) => rows.serialize(record)?,
            Self::Jsonl(lines) => {
                serde_json::to_writer(&mut *lines, record)?;
                lines.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// Ends the file; what was written is on the disk then.
    pub fn finish(self) -> anyhow::Result<()> {
        let file = match self {
            Self::Csv(rows) => rows.into_inner().map_err(|error| error.into_error())?,
            Self::Jsonl(lines) => lines.into_inner().map_err(|error| error.into_error())?,
        };
        Ok(file.sync_all()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, format: Format) -> Vec<Result<String, Unreadable>> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("accounts");
        std::fs::write(&file, text).expect("written");
        let mut reader = Reader::open(&file, format).expect("open");
        let mut seen = Vec::new();
        while let Some(record) = reader.next().expect("read") {
            seen.push(record.map(|record| record.phone));
        }
        assert_eq!(reader.bytes(), text.len() as u64);
        seen
    }

    #[test]
    fn what_cannot_be_read_is_one_record() {
        let ok = |phone: &str| Ok(phone.to_string());
        let long = format!("{{\"phone\":\"{}\"}}", "1".repeat(70_000));
        let text = format!(
            "{{\"phone\":\"1\"}}\n\nnonsense\n{{\"phone\":\"2\",\"other\":1}}\n{long}\n{{\"phone\":\"3\"}}"
        );
        let seen = read(&text, Format::Jsonl);
        let bad = || Err(Unreadable);
        assert_eq!(seen, [ok("1"), bad(), bad(), bad(), ok("3")]);

        let text = "nickname,phone\n小明, 1 \nonly one\n\"a\nb\",2\n";
        assert_eq!(read(text, Format::Csv), [ok("1"), bad(), ok("2")]);
    }
}
