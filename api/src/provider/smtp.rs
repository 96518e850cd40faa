//! Mail by SMTP.

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};

use super::{Mail, Mailer, Receipt, SendFault, SmtpSecurity, SmtpSettings};

/// Sends through one mail server.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// Connects when the first mail is sent.
    ///
    /// # Errors
    /// When the sender's address is none, or TLS cannot be set up; the message names the setting.
    pub fn new(settings: &SmtpSettings) -> anyhow::Result<Self> {
        let host = settings.host.as_str();
        let tls = match settings.security {
            SmtpSecurity::None => Tls::None,
            SmtpSecurity::StartTls => Tls::Required(tls(settings)?),
            SmtpSecurity::ImplicitTls => Tls::Wrapper(tls(settings)?),
        };
        // "Dangerous" is what it is before `tls`.
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .tls(tls)
            .port(settings.port)
            .timeout(Some(Duration::from_secs(10)));
        if let (Some(username), Some(password)) = (&settings.username, &settings.password) {
            builder = builder.credentials(Credentials::new(username.clone(), password.0.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from: settings.from.parse().context("smtp.from")?,
        })
    }
}

fn tls(settings: &SmtpSettings) -> anyhow::Result<TlsParameters> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let context = || format!("smtp.ca_file: {}", path.display());
        let pem = std::fs::read(path).with_context(context)?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).with_context(context)?);
    }
    builder.build().context("smtp")
}

/// Whether the server will never take this mail. That it did not take our password is for the operator to mend: the
/// mail waits meanwhile.
fn is_final(error: &Error) -> bool {
    const AUTHENTICATION: [u16; 4] = [530, 534, 535, 538];
    error.is_permanent()
        && error
            .status()
            .is_none_or(|code| !AUTHENTICATION.contains(&code.into()))
}

#[async_trait]
impl Mailer for SmtpMailer {
    fn name(&self) -> &'static str {
        "smtp"
    }

    async fn send(&self, mail: &Mail) -> Result<Receipt, SendFault> {
        let permanent = |what: &str| SendFault::Permanent(what.to_string());
        let to: Mailbox = mail.to.parse().map_err(|_| permanent("recipient"))?;
        let id = format!("<{}@{}>", mail.reference, self.from.email.domain());
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.clone())
            .message_id(Some(id.clone()))
            .multipart(MultiPart::alternative_plain_html(
                mail.text.clone(),
                mail.html.clone(),
            ))
            .map_err(|_| permanent("message"))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(Receipt {
                provider: self.name(),
                reference: id,
            }),
            Err(error) if is_final(&error) => {
                Err(SendFault::Permanent(format!("SMTP {:?}", error.status())))
            }
            Err(error) => Err(SendFault::Transient(format!("SMTP: {error}"))),
        }
    }
}
