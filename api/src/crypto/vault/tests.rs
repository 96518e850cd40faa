use proptest::prelude::*;
use renzheng_migrations::{Migrator, MigratorTrait};
use sea_orm::Database;

use super::*;

const ROW: Uuid = Uuid::from_u128(1);
const PLACE: Place<'_> = Place {
    table: "account",
    column: "phone",
    row: ROW,
};

fn master() -> MasterKey {
    MasterKey::from_text(&"17".repeat(32)).unwrap()
}

fn vault() -> Vault {
    vault_of(&master())
}

/// A vault without a database.
pub(crate) fn vault_of(master: &MasterKey) -> Vault {
    let ciphers = [1, 7].map(|id| (id, XChaCha20Poly1305::new(&[id as u8; 32].into())));
    let keys = DataKeys {
        ciphers: ciphers.into(),
        sealing: vec![(7, DateTime::UNIX_EPOCH)],
    };
    Vault(Arc::new(Inner {
        wrapping: wrapping(master),
        clock: Clock::system(),
        keys: RwLock::new(Arc::new(keys)),
        unknown_key: Notify::new(),
        index: keyed(&master.derive(BLIND_INDEX)).unwrap(),
        mac: keyed(&master.derive(MAC)).unwrap(),
        pepper: Zeroizing::default(),
    }))
}

async fn database(folder: &tempfile::TempDir) -> DatabaseConnection {
    let path = folder.path().join("test.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let db = Database::connect(url).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    db
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_agree() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (database(&folder).await, database(&folder).await);
    let (master, clock) = (master(), Clock::system());
    let (one, two) = tokio::join!(
        Vault::open(&one, &master, &clock),
        Vault::open(&two, &master, &clock)
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    let opened = two.open_text(PLACE, &one.seal_text(PLACE, "13800000000"));
    assert_eq!(*opened.unwrap(), "13800000000");
    assert_eq!(one.blind_index("a", "b"), two.blind_index("a", "b"));
    assert_eq!(one.keys().ciphers.len(), 1);
}

#[tokio::test]
async fn another_master_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (db, clock) = (database(&folder).await, Clock::system());
    Vault::open(&db, &master(), &clock).await.unwrap();
    let other = MasterKey::generate().unwrap();
    let error = Vault::open(&db, &other, &clock).await.unwrap_err();
    assert!(error.to_string().contains("another master key"), "{error}");
}

// A67
#[test]
fn a_field_opens_only_in_its_place() {
    let vault = vault();
    let sealed = vault.seal_text(PLACE, "中文");
    assert_eq!(*vault.open_text(PLACE, &sealed).unwrap(), "中文");
    assert_ne!(sealed, vault.seal_text(PLACE, "中文"), "nonces are random");
    let elsewhere = [
        Place {
            table: "accoun",
            column: "tphone",
            ..PLACE
        },
        Place {
            column: "email",
            ..PLACE
        },
        Place {
            row: Uuid::from_u128(2),
            ..PLACE
        },
    ];
    for place in elsewhere {
        let opened = vault.open_sealed(place, &sealed);
        assert_eq!(opened.unwrap_err(), OpenError::Forged, "{place:?}");
    }
    let sealed = vault.seal(PLACE, &[0xff]);
    assert_eq!(
        vault.open_text(PLACE, &sealed).unwrap_err(),
        OpenError::NotText
    );
}

#[test]
fn hashes_keep_domains_and_parts_apart() {
    let vault = vault();
    let mac = vault.mac("code", &[b"ab", b"c"]);
    assert!(vault.mac_matches("code", &[b"ab", b"c"], &mac));
    let others: [(&str, &[&[u8]]); 4] = [
        ("code", &[b"a", b"bc"]),
        ("code", &[b"abc"]),
        ("code", &[b"ab", b"c", b""]),
        ("ticket", &[b"ab", b"c"]),
    ];
    for (domain, parts) in others {
        assert_ne!(vault.mac(domain, parts), mac);
        assert!(!vault.mac_matches(domain, parts, &mac));
    }
    assert!(!vault.mac_matches("code", &[b"ab", b"c"], &mac[..31]));
    assert_ne!(vault.blind_index("a", "b"), vault.blind_index("b", "b"));
    assert_ne!(vault.blind_index("a", "b"), vault.mac("a", &[b"b"]));
    assert_eq!(vault.blind_index("a", "b").len(), 32);
}

proptest! {
    #[test]
    fn round_trip(plain: Vec<u8>, row: u128) {
        let place = Place { row: Uuid::from_u128(row), ..PLACE };
        let vault = vault();
        let sealed = vault.seal(place, &plain);
        prop_assert_eq!(&*vault.open_sealed(place, &sealed).unwrap(), &plain);
    }

    // A67
    #[test]
    fn any_flipped_bit_or_cut_is_noticed(plain: Vec<u8>, at: prop::sample::Index, bit in 0..8u8) {
        let vault = vault();
        let mut sealed = vault.seal(PLACE, &plain);
        let at = at.index(sealed.len());
        prop_assert!(vault.open_sealed(PLACE, &sealed[..at]).is_err());
        sealed[at] ^= 1 << bit;
        prop_assert!(vault.open_sealed(PLACE, &sealed).is_err());
    }

    #[test]
    fn arbitrary_bytes_never_open(mut bytes: Vec<u8>, known: bool) {
        if known {
            bytes.splice(0..0, header(7));
        }
        prop_assert!(vault().open_sealed(PLACE, &bytes).is_err());
    }
}
