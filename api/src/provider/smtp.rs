//! Mail by SMTP.

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::authentication::Credentials,
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
    /// When the sender's address is none, or TLS cannot be set up.
    pub fn new(settings: &SmtpSettings) -> anyhow::Result<Self> {
        let host = settings.host.as_str();
        let builder = match settings.security {
            SmtpSecurity::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host),
            SmtpSecurity::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host)?,
            SmtpSecurity::ImplicitTls => AsyncSmtpTransport::<Tokio1Executor>::relay(host)?,
        };
        let mut builder = builder
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
            Ok(_) => Ok(Receipt { reference: id }),
            Err(error) if error.is_permanent() => {
                Err(SendFault::Permanent(format!("SMTP {:?}", error.status())))
            }
            Err(error) => Err(SendFault::Transient(format!("SMTP {:?}", error.status()))),
        }
    }
}
