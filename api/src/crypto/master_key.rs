//! The one secret from which every other key is derived or by which it is wrapped.

use std::{
    fmt, fs,
    io::{ErrorKind, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use anyhow::{Context, bail, ensure};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hkdf::Hkdf;
use rand::{TryRng, rngs::SysRng};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const FILE: &str = "master.key";
const SALT: &[u8] = b"renzheng master key";
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// 32 random bytes. Whoever has them and the database can read everything; without them nobody can.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A new one from the operating system.
    pub fn generate() -> anyhow::Result<Self> {
        let mut key = Self([0; 32]);
        SysRng
            .try_fill_bytes(&mut key.0)
            .context("read random bytes from the operating system")?;
        Ok(key)
    }

    /// 64 hexadecimal digits, or base64; white space around it is ignored.
    pub fn from_text(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        let mut key = Self([0; 32]);
        if hex::decode_to_slice(text, &mut key.0).is_ok() {
            return Ok(key);
        }
        let bytes = Zeroizing::new(BASE64.decode(text).unwrap_or_default());
        ensure!(
            bytes.len() == key.0.len(),
            "a master key is 32 bytes, as 64 hexadecimal digits or in base64"
        );
        key.0.copy_from_slice(&bytes);
        Ok(key)
    }

    /// Reads `master.key` in the folder, if it is there.
    pub fn load(data_dir: &Path) -> anyhow::Result<Option<Self>> {
        read(&data_dir.join(FILE))
    }

    /// Reads `master.key` in the folder; makes both if they are not there. Of any number of processes that make one at
    /// the same time, all end up with the same.
    pub fn load_or_create(data_dir: &Path) -> anyhow::Result<Self> {
        Self::load_or_create_file(&data_dir.join(FILE))
    }

    /// [`load_or_create`](Self::load_or_create) of any file.
    pub fn load_or_create_file(path: &Path) -> anyhow::Result<Self> {
        if let Some(key) = read(path)? {
            return Ok(key);
        }
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        create(folder, path).with_context(|| format!("create {}", path.display()))?;
        read(path)?.with_context(|| format!("{} is gone again", path.display()))
    }

    /// A key for one purpose; HKDF-SHA256 (RFC 5869). Other purposes tell nothing about it.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(Some(SALT), &self.0)
            .expand(purpose.as_bytes(), &mut key)
            .expect("32 bytes are less than HKDF's limit of 8160");
        key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

fn read(path: &Path) -> anyhow::Result<Option<MasterKey>> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
    };
    if metadata.mode() & 0o077 != 0 {
        bail!(
            "{0} can be read by others than its owner; once you are sure that nobody did: chmod 600 {0}",
            path.display()
        );
    }
    let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    MasterKey::from_text(&Zeroizing::new(text))
        .with_context(|| format!("the content of {}", path.display()))
        .map(Some)
}

/// Writes a new key beside the path, then links it there, which fails where one is already: nobody ever sees half a
/// file, and the first to link wins.
fn create(folder: &Path, path: &Path) -> anyhow::Result<()> {
    let draft = folder.join(format!("{FILE}.{}", uuid::Uuid::new_v4()));
    let written = write(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    });
    fs::remove_file(&draft).ok();
    written?;
    // The name must outlive a power cut as well as the content.
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn write(path: &Path) -> anyhow::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    let text = Zeroizing::new(hex::encode(MasterKey::generate()?.0) + "\n");
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, os::unix::fs::PermissionsExt, thread};

    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn reads_hex_and_base64() {
        let key = MasterKey::from_text(HEX).unwrap();
        let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        for text in [base64, base64.trim_end_matches('='), &format!(" {HEX}\n")] {
            assert_eq!(MasterKey::from_text(text).unwrap().0, key.0, "{text}");
        }
        for text in [
            "",
            "00",
            &HEX[1..],
            &format!("{HEX}00"),
            "ÿ",
            &"z".repeat(64),
        ] {
            assert!(MasterKey::from_text(text).is_err(), "{text}");
        }
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
    }

    #[test]
    fn derives_by_purpose() {
        let key = MasterKey::from_text(HEX).unwrap();
        assert_eq!(key.derive("one"), key.derive("one"));
        assert_ne!(key.derive("one"), key.derive("two"));
        assert_ne!(
            key.derive("one"),
            MasterKey::generate().unwrap().derive("one")
        );
    }

    /// Derived keys are forever: what they sealed or indexed is in databases.
    #[test]
    fn derivation_is_frozen() {
        let key = MasterKey::from_text(HEX).unwrap();
        assert_eq!(
            hex::encode(key.derive("frozen")),
            "79cf151c460ace6a4020b9821e0293d15b209448bcfbaaa11244fe105fa1eda3"
        );
    }

    #[test]
    fn creates_one_file_for_all() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("new/data");
        let keys: BTreeSet<[u8; 32]> = thread::scope(|scope| {
            let load = || MasterKey::load_or_create(&data).unwrap().0;
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(load)).collect();
            threads.into_iter().map(|it| it.join().unwrap()).collect()
        });
        assert_eq!(keys.len(), 1);
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "no draft is left");
        let mode = fs::metadata(data.join(FILE)).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    // D18
    #[test]
    fn refuses_a_file_that_others_read_or_that_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        MasterKey::load_or_create(folder.path()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = MasterKey::load_or_create(folder.path()).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "not a key").unwrap();
        let error = MasterKey::load_or_create(folder.path()).unwrap_err();
        assert!(!format!("{error:#}").contains("not a key"), "{error:#}");
    }
}
