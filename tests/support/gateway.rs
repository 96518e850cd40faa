//! Upstreams that outlive the server, so that what they were asked can be counted.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use renzheng::provider;
use renzheng_sandbox::{AccessKey, Sandbox, SandboxConfig};
use tokio::task::JoinHandle;

/// How they know the server: as its own sandbox does.
pub const KEY_ID: &str = "sandbox";
pub const KEY_SECRET: &str = "sandbox-secret-of-no-worth";
/// Where people are when they come to these.
pub const APP_URL: &str = "http://localhost";

/// Starts them; answers their address.
pub async fn start() -> (String, JoinHandle<()>) {
    let sandbox = Sandbox::bind(
        SandboxConfig {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            smtp_listen: None,
            key: AccessKey {
                id: KEY_ID.into(),
                secret: KEY_SECRET.into(),
            },
            sms_templates: provider::sandbox_templates(&provider::SmsSettings::default()),
            sign_name: provider::SmsSettings::default().sign_name,
            app_url: APP_URL.into(),
            docs_url: String::new(),
        },
        None,
    )
    .await
    .expect("upstreams");
    let url = format!("http://{}", sandbox.addr());
    let served = tokio::spawn(async move {
        sandbox.serve(std::future::pending()).await.expect("serves");
    });
    (url, served)
}
