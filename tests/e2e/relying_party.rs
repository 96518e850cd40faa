//! Relying parties as others write them, each signing a person in through Chromium: the three of `examples/`, as
//! docs/integrate.md has people run them, npm's openid-client, and Apache with mod_auth_openidc.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use openidconnect::{ClientId, ClientSecret};
use renzheng::oidc::{client::AuthMethod, registration::NewClient};
use renzheng_tests::{
    PASSWORD, RelyingParty, TestServer, browser::Browser, phone, process::free_port,
};
use tokio::net::TcpStream;

/// The example as it is: in here, so that it is not built another time.
#[path = "../../examples/rust/src/main.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod example;

/// A relying party that runs, and ends with its test.
struct Running {
    child: Child,
    url: String,
}

impl Running {
    /// Starts a program and waits until it listens on `port`.
    async fn start(command: &mut Command, port: u16) -> Self {
        let child = command
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let running = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        listens(port).await;
        running
    }
}

/// Waits until somebody listens.
async fn listens(port: u16) {
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(50));
    for _ in 0..600 {
        looks.tick().await;
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return;
        }
    }
    panic!("nobody listens on port {port}");
}

impl Drop for Running {
    fn drop(&mut self) {
        // Apache ends its own processes with it on SIGTERM; it may be gone already.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

/// A file or folder of the project.
fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Whether a tool that `cargo xtask test` installs is named; a test is left out without.
fn tool(variable: &str) -> Option<PathBuf> {
    let tool = std::env::var_os(variable).map(PathBuf::from);
    if tool.is_none() {
        eprintln!("{variable} is not set: left out");
    }
    tool
}

async fn register(
    server: &TestServer,
    redirect_uri: String,
    change: impl FnOnce(&mut NewClient),
) -> RelyingParty {
    RelyingParty::with(server, |new| {
        new.redirect_uris = vec![redirect_uri];
        change(new);
    })
    .await
}

/// What every one of them needs to know.
fn know<'a>(command: &'a mut Command, party: &RelyingParty, port: u16) -> &'a mut Command {
    command
        .env("ISSUER", &party.issuer)
        .env("CLIENT_ID", &party.id)
        .env("CLIENT_SECRET", party.secret.as_deref().unwrap_or_default())
        .env("PORT", port.to_string())
}

/// Signs a person in from the relying party's page: there, through ours, and back.
async fn sign_in(server: &TestServer, browser: &Browser<'_>, url: &str) {
    server.client().register(&phone(1)).await;
    browser.driver.goto(url).await.expect("a page");
    browser.click("#sign-in").await;
    pass(browser).await;
}

/// What the person does on our pages.
async fn pass(browser: &Browser<'_>) {
    browser.on("sign-in").await;
    browser.fill("#phone", &phone(1)).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("#submit").await;
    browser.on("authorize").await;
    browser.click("#allow").await;
}

/// What the relying party shows of the person in the end.
async fn is_known(browser: &Browser<'_>) {
    for expected in ["acr: urn:renzheng:level:0", "name: 小明", "+8613900000001"] {
        browser.says("#person", expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_in_plain_html_signs_in_and_out() {
    let Some(modules) = tool("TEST_NODE_MODULES") else {
        return;
    };
    let server = TestServer::relaxed().await;
    let Some(browser) = Browser::open(&server, 1280).await else {
        return;
    };
    let port = free_port();
    let here = format!("http://127.0.0.1:{port}/");
    let party = register(&server, here.clone(), |new| {
        new.auth_method = Some(AuthMethod::None);
        new.post_logout_redirect_uris = vec![here.clone()];
    })
    .await;
    // As a person has it: with the packages beside it, and what the server said filled in.
    let folder = server.folder().join("web");
    std::fs::create_dir(&folder).expect("a folder");
    for file in ["index.html", "app.js"] {
        std::fs::copy(project("examples/web").join(file), folder.join(file)).expect("copied");
    }
    let config = std::fs::read_to_string(project("examples/web/config.js")).expect("a file");
    let config = config
        .replace("http://localhost:8080", &party.issuer)
        .replace("app-…", &party.id);
    std::fs::write(folder.join("config.js"), config).expect("written");
    std::os::unix::fs::symlink(modules, folder.join("node_modules")).expect("a link");
    let mut command = Command::new("python3");
    command
        .args(["-m", "http.server", "--bind", "127.0.0.1"])
        .arg(port.to_string())
        .current_dir(&folder)
        .stderr(Stdio::null());
    let site = Running::start(&mut command, port).await;
    sign_in(&server, &browser, &site.url).await;
    is_known(&browser).await;
    browser.click("#sign-out").await;
    browser.find("#sign-in").await;
    browser.go("/me").await;
    browser.on("sign-in").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_in_rust_signs_in() {
    let server = TestServer::relaxed().await;
    let Some(browser) = Browser::open(&server, 1280).await else {
        return;
    };
    let port = free_port();
    let uri = format!("http://127.0.0.1:{port}/callback");
    let party = register(&server, uri, |_| {}).await;
    let (issuer, id) = (party.issuer.clone(), ClientId::new(party.id.clone()));
    let secret = ClientSecret::new(party.secret.clone().expect("a secret"));
    let serving = example::serve(&issuer, id, secret, port);
    let walk = async {
        listens(port).await;
        sign_in(&server, &browser, &format!("http://127.0.0.1:{port}")).await;
        is_known(&browser).await;
    };
    tokio::select! {
        ended = serving => panic!("the example ended: {ended:?}"),
        () = walk => {}
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_in_python_by_authlib_signs_in() {
    let Some(python) = tool("TEST_PYTHON") else {
        return;
    };
    let server = TestServer::relaxed().await;
    let Some(browser) = Browser::open(&server, 1280).await else {
        return;
    };
    let port = free_port();
    let uri = format!("http://127.0.0.1:{port}/callback");
    let party = register(&server, uri, |_| {}).await;
    let mut command = Command::new(python);
    command
        .arg(project("examples/python/app.py"))
        .stderr(Stdio::null());
    let site = Running::start(know(&mut command, &party, port), port).await;
    sign_in(&server, &browser, &site.url).await;
    is_known(&browser).await;
    browser.close().await;
}

/// Signs a person in at openid-client's page; answers how its tokens are sent.
async fn with_openid_client(
    server: &TestServer,
    variables: &[(&str, &str)],
    change: impl FnOnce(&mut NewClient),
) -> Option<String> {
    let modules = tool("TEST_NODE_MODULES")?;
    let browser = Browser::open(server, 1280).await?;
    let port = free_port();
    let uri = format!("http://127.0.0.1:{port}/callback");
    let party = register(server, uri, change).await;
    let mut command = Command::new("node");
    command
        .arg(project("tests/e2e/relying_party/openid-client.mjs"))
        .envs(variables.iter().copied())
        .env("NODE_MODULES", modules);
    let site = Running::start(know(&mut command, &party, port), port).await;
    sign_in(server, &browser, &site.url).await;
    is_known(&browser).await;
    let said = browser.text("#person").await;
    browser.close().await;
    let kind = said.lines().find_map(|line| line.strip_prefix("type: "));
    Some(kind.expect("a type").to_ascii_lowercase())
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_client_of_npm_signs_in_and_refreshes() {
    let server = TestServer::relaxed().await;
    if let Some(kind) = with_openid_client(&server, &[], |_| {}).await {
        assert_eq!(kind, "bearer");
    }
}

// A50, A51
#[tokio::test(flavor = "multi_thread")]
async fn openid_client_of_npm_pushes_its_request_and_binds_its_tokens() {
    let server = TestServer::relaxed().await;
    let bound = with_openid_client(&server, &[("BOUND", "1")], |new| new.par_required = true);
    if let Some(kind) = bound.await {
        assert_eq!(kind, "dpop");
    }
}

/// The configuration of an Apache whose pages are for signed-in people only.
fn apache(folder: &Path, modules: &Path, party: &RelyingParty, port: u16) -> String {
    let secret = party.secret.as_deref().unwrap_or_default();
    let (folder, modules) = (folder.display(), modules.display());
    let mut config =
        format!("ServerRoot {folder}\nPidFile {folder}/pid\nDefaultRuntimeDir {folder}\n");
    for name in [
        "mpm_event",
        "authn_core",
        "authz_core",
        "authz_user",
        "dir",
        "include",
        "mime",
        "auth_openidc",
    ] {
        config += &format!("LoadModule {name}_module {modules}/mod_{name}.so\n");
    }
    config += &format!(
        "User nobody
Group nogroup
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
ErrorLog {folder}/error.log
DocumentRoot {folder}/pages
TypesConfig /dev/null
AddType text/html .html
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {id}
OIDCClientSecret {secret}
OIDCRedirectURI http://127.0.0.1:{port}/callback
OIDCCryptoPassphrase a-passphrase-of-this-test
OIDCScope \"openid profile phone\"
OIDCPKCEMethod S256
OIDCRemoteUserClaim sub
<Location />
AuthType openid-connect
Require valid-user
Options +Includes
</Location>
AddOutputFilter INCLUDES .html
",
        issuer = party.issuer,
        id = party.id,
    );
    config
}

#[tokio::test(flavor = "multi_thread")]
async fn apache_with_mod_auth_openidc_signs_in() {
    let Some(modules) = tool("TEST_APACHE_MODULES") else {
        return;
    };
    let server = TestServer::relaxed().await;
    let Some(browser) = Browser::open(&server, 1280).await else {
        return;
    };
    let port = free_port();
    let uri = format!("http://127.0.0.1:{port}/callback");
    let party = register(&server, uri, |_| {}).await;
    // Started as root it serves as nobody, who must be able to read its pages.
    let own = tempfile::tempdir().expect("a folder");
    let folder = own.path().to_path_buf();
    std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).expect("readable");
    std::fs::create_dir(folder.join("pages")).expect("a folder");
    let page = "<!DOCTYPE html><meta charset=utf-8><title>Apache</title><pre id=person>sub: <!--#echo var=\"REMOTE_USER\" -->
acr: <!--#echo var=\"OIDC_CLAIM_acr\" -->
name: <!--#echo encoding=\"none\" var=\"OIDC_CLAIM_name\" -->
phone: <!--#echo var=\"OIDC_CLAIM_phone_number\" --></pre>";
    std::fs::write(folder.join("pages/index.html"), page).expect("a page");
    let file = folder.join("apache.conf");
    std::fs::write(&file, apache(&folder, &modules, &party, port)).expect("a configuration");
    let mut command = Command::new("/usr/sbin/apache2");
    command.args(["-D", "FOREGROUND", "-f"]).arg(&file);
    let site = Running::start(&mut command, port).await;
    server.client().register(&phone(1)).await;
    // Its pages need no link: whoever comes is sent to us.
    browser.driver.goto(&site.url).await.expect("a page");
    pass(&browser).await;
    is_known(&browser).await;
    browser.close().await;
}
