//! A real mail server as a process: aiosmtpd from PyPI, with TLS and a password. `TEST_PYTHON` names the Python that has
//! it, as `cargo xtask test` does.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use renzheng::provider::{Secret, SmtpSecurity, SmtpSettings};
use tempfile::TempDir;

use crate::process::free_port;

const USER: &str = "renzheng";
const PASSWORD: &str = "mail password";

/// A place for a mail server: its port, certificate and mails. The server itself comes and goes.
pub struct MailServer {
    python: PathBuf,
    folder: TempDir,
    port: u16,
    security: SmtpSecurity,
    child: Option<Child>,
}

impl MailServer {
    /// A server that is down. None without `TEST_PYTHON`.
    pub fn new(security: SmtpSecurity) -> Option<Self> {
        let python = std::env::var_os("TEST_PYTHON")?.into();
        let folder = tempfile::tempdir().expect("a folder");
        let made = rcgen::generate_simple_self_signed(["localhost".to_string()]);
        let made = made.expect("a certificate");
        let write = |name: &str, text: String| {
            fs::write(folder.path().join(name), text).expect("written");
        };
        write("certificate.pem", made.cert.pem());
        write("key.pem", made.signing_key.serialize_pem());
        fs::create_dir(folder.path().join("mails")).expect("a folder");
        Some(Self {
            python,
            folder,
            port: free_port(),
            security,
            child: None,
        })
    }

    /// How it is reached.
    pub fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            host: "localhost".into(),
            port: self.port,
            security: self.security,
            username: Some(USER.into()),
            password: Some(Secret(PASSWORD.into())),
            ca_file: Some(self.folder.path().join("certificate.pem")),
            from: "统一身份认证 <no-reply@renzheng.example>".into(),
        }
    }

    pub fn start(&mut self) {
        let path = |name: &str| self.folder.path().join(name);
        let security = match self.security {
            SmtpSecurity::ImplicitTls => "implicit-tls",
            _ => "start-tls",
        };
        let mut child = Command::new(&self.python)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/support/mail_server.py"
            ))
            .args([&self.port.to_string(), security])
            .args([path("mails"), path("certificate.pem"), path("key.pem")])
            .args([USER, PASSWORD])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the mail server starts");
        let output = child.stdout.take().expect("its output");
        let ready = BufReader::new(output).lines().map_while(Result::ok).next();
        assert_eq!(ready.as_deref(), Some("ready"));
        self.child = Some(child);
    }

    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
    }

    /// The mails it has taken, once there are at least `count`.
    pub async fn mails(&self, count: usize) -> Vec<String> {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
        for _ in 0..800 {
            looks.tick().await;
            let mails = self.taken();
            if mails.len() >= count {
                return mails;
            }
        }
        panic!("fewer than {count} mails");
    }

    /// The mails it has taken by now.
    pub fn taken(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.path().join("mails")).expect("a folder");
        files
            .map(|file| file.expect("a file").path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
            .map(|path| fs::read_to_string(path).expect("a mail"))
            .collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.stop();
    }
}
