//! Which errors of the database pass by themselves.

use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// Classes and codes of PostgreSQL's errors (SQLSTATE) after which another try may do: connections, resources,
/// shut-down, time-outs, a lock not got, a conflict of transactions, a server that has become a replica.
const POSTGRES: [&str; 8] = [
    "08", "53", "57P", "57014", "55P03", "40001", "40P01", "25006",
];
/// SQLite's: busy, locked, an I/O error, a full disk.
const SQLITE: [u32; 4] = [5, 6, 10, SQLITE_FULL];
const SQLITE_FULL: u32 = 13;
const POSTGRES_FULL: &str = "53100";

/// Whether the database is out of reach, overloaded, full or too slow, and the same may work later.
pub fn is_outage(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            passes(error)
        }
        _ => false,
    }
}

/// Whether there is no room left to write in; what was written before can still be read.
pub fn is_full(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            let told = error.as_database_error();
            told.and_then(|error| error.code())
                .is_some_and(|code| full_by_code(&code))
        }
        _ => false,
    }
}

fn full_by_code(code: &str) -> bool {
    code == POSTGRES_FULL || code.parse() == Ok(SQLITE_FULL)
}

fn passes(error: &SqlxError) -> bool {
    match error {
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::Protocol(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed
        | SqlxError::BeginFailed => true,
        SqlxError::Database(error) => error.code().is_some_and(|code| passes_by_code(&code)),
        _ => false,
    }
}

/// A SQLSTATE has five characters; SQLite's extended codes are numbers with the primary code in their low byte.
fn passes_by_code(code: &str) -> bool {
    if code.len() == 5 {
        return POSTGRES.iter().any(|start| code.starts_with(start));
    }
    let number = code.parse::<u32>().unwrap_or_default();
    SQLITE.contains(&(number & 0xff))
}

#[cfg(test)]
mod tests {
    use super::*;

    // D3, D4
    #[test]
    fn tells_what_passes_from_what_does_not() {
        for code in [
            "08006", "53300", "53100", "57P01", "57P03", "57014", "55P03", "40P01", "25006", "5",
            "517", "13", "778",
        ] {
            assert!(passes_by_code(code), "{code}");
        }
        for (code, full) in [
            ("53100", true),
            ("13", true),
            ("53300", false),
            ("10", false),
        ] {
            assert_eq!(full_by_code(code), full, "{code}");
        }
        for code in ["23505", "42P01", "42601", "22001", "2067", "1555", "19", ""] {
            assert!(!passes_by_code(code), "{code}");
        }
    }
}
