//! The mails we send: plain text and HTML from the same paragraphs, so that they never differ.

use std::collections::BTreeMap;

use renzheng_types::Locale;
use uuid::Uuid;

use super::Mail;

/// A kind of mail.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::EnumIter,
)]
#[strum(serialize_all = "kebab-case")]
pub enum MailTemplate {
    /// A link that binds this address. Parameters: `nickname`, `link`.
    EmailActivation,
    /// A code to reset a password. Parameters: `code`.
    ResetCode,
    /// Something of the account was changed. Parameters: `notice`, `help_line`.
    AccountNotice,
    /// The account was changed by those who run the service. Parameters: `notice`, `help_line`.
    OfficialNotice,
    /// A link by which a new member of staff enrols. Parameters: `link`, `hours`.
    StaffEnrolment,
}

/// One piece of a mail.
enum Part {
    Paragraph(String),
    /// What a button says, and where it leads.
    Link(&'static str, String),
    /// Shown large.
    Code(String),
}

impl MailTemplate {
    const fn subject(self, locale: Locale) -> &'static str {
        match self {
            Self::EmailActivation => locale.pick("请确认绑定邮箱", "Confirm your e-mail address"),
            Self::ResetCode => locale.pick("重置密码的验证码", "Your password reset code"),
            Self::AccountNotice | Self::OfficialNotice => {
                locale.pick("账户变更通知", "Your account was changed")
            }
            Self::StaffEnrolment => locale.pick("启用工作人员账户", "Set up your staff account"),
        }
    }

    fn parts(self, locale: Locale, params: &BTreeMap<String, String>) -> Vec<Part> {
        let get = |name: &str| params.get(name).cloned().unwrap_or_default();
        match self {
            Self::EmailActivation => vec![
                Part::Paragraph(
                    locale
                        .pick("${nickname}，您好：", "Hello ${nickname},")
                        .replace("${nickname}", &get("nickname")),
                ),
                Part::Paragraph(
                    locale
                        .pick(
                            "您正在将此邮箱绑定到您的账户。请打开下面的链接，并在页面上点击“确认绑定”。链接 24 小时内有效，只能使用一次。",
                            "You are binding this address to your account. Open the link below and press \"Confirm\" on the page. The link lasts 24 hours and works once.",
                        )
                        .into(),
                ),
                Part::Link(locale.pick("确认绑定邮箱", "Confirm this address"), get("link")),
                Part::Paragraph(
                    locale
                        .pick(
                            "如非本人操作，请忽略本邮件，您的邮箱不会被绑定。",
                            "If this was not you, ignore this mail: your address will not be bound.",
                        )
                        .into(),
                ),
            ],
            Self::ResetCode => vec![
                Part::Paragraph(
                    locale
                        .pick(
                            "您正在重置登录密码，验证码如下，5 分钟内有效。请勿告诉任何人，包括工作人员。",
                            "You are resetting your password. The code below is valid for 5 minutes. Tell it to nobody, not even our staff.",
                        )
                        .into(),
                ),
                Part::Code(get("code")),
                Part::Paragraph(
                    locale
                        .pick(
                            "如非本人操作，请忽略本邮件，您的密码不会改变。",
                            "If this was not you, ignore this mail: your password stays as it is.",
                        )
                        .into(),
                ),
            ],
            Self::AccountNotice => vec![
                Part::Paragraph(
                    locale
                        .pick("${notice}。", "${notice}.")
                        .replace("${notice}", &get("notice")),
                ),
                Part::Paragraph(
                    locale
                        .pick(
                            "如非本人操作，请立即修改密码并拨打服务热线 ${help_line}。",
                            "If this was not you, change your password at once and call ${help_line}.",
                        )
                        .replace("${help_line}", &get("help_line")),
                ),
            ],
            Self::OfficialNotice => vec![
                Part::Paragraph(
                    locale
                        .pick("${notice}。", "${notice}.")
                        .replace("${notice}", &get("notice")),
                ),
                Part::Paragraph(
                    locale
                        .pick(
                            "如有疑问，请拨打服务热线 ${help_line}。",
                            "If you have questions, call ${help_line}.",
                        )
                        .replace("${help_line}", &get("help_line")),
                ),
            ],
            Self::StaffEnrolment => vec![
                Part::Paragraph(
                    locale
                        .pick(
                            "管理员为您开通了工作人员账户。请在办公电脑上打开下面的链接，设置您自己的密码和身份验证器。链接 ${hours} 小时内有效，只能使用一次，请勿转发。",
                            "You were given a staff account. Open the link below on your computer at work to set your own password and authenticator app. It lasts ${hours} hours and works once; do not pass it on.",
                        )
                        .replace("${hours}", &get("hours")),
                ),
                Part::Link(locale.pick("启用账户", "Set up the account"), get("link")),
                Part::Paragraph(
                    locale
                        .pick(
                            "如果您不是本单位工作人员，请忽略本邮件。",
                            "If you do not work here, ignore this mail.",
                        )
                        .into(),
                ),
            ],
        }
    }

    /// The whole mail. `sender` is the service's name.
    pub fn render(
        self,
        locale: Locale,
        to: String,
        params: &BTreeMap<String, String>,
        reference: Uuid,
    ) -> Mail {
        let sender = locale.pick("统一身份认证", "Unified Identity");
        let subject = self.subject(locale);
        let parts = self.parts(locale, params);
        let footer = locale.pick(
            "本邮件由系统自动发送，请勿回复。",
            "This mail was sent by a machine; please do not reply.",
        );
        let text: Vec<String> = parts
            .iter()
            .map(|part| match part {
                Part::Paragraph(text) => text.clone(),
                Part::Link(label, link) => format!("{label}\n{link}"),
                Part::Code(code) => code.clone(),
            })
            .collect();
        let html: String = parts.iter().map(html_of).collect();
        Mail {
            to,
            subject: format!("{sender} - {subject}"),
            text: format!("{}\n\n{sender}\n{footer}\n", text.join("\n\n")),
            html: format!(
                "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><title>{subject}</title>\
                 <body style=\"margin:0;background:#f3f5f8\"><div style=\"max-width:560px;margin:0 auto;padding:32px 24px;\
                 background:#fff;color:#1b2430;font:16px/1.7 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif\">\
                 <h1 style=\"font-size:20px;margin:0 0 24px;color:#0b3d91\">{sender}</h1>{html}\
                 <p style=\"margin:32px 0 0;font-size:13px;color:#5b6675\">{footer}</p></div></body></html>",
                lang = locale.tag(),
            ),
            reference,
        }
    }
}

fn html_of(part: &Part) -> String {
    match part {
        Part::Paragraph(text) => {
            format!("<p style=\"margin:0 0 16px\">{}</p>", escape(text))
        }
        Part::Link(label, link) => {
            let link = escape(link);
            format!(
                "<p style=\"margin:24px 0\"><a href=\"{link}\" style=\"display:inline-block;padding:12px 24px;background:#0b3d91;\
                 color:#fff;border-radius:6px;text-decoration:none\">{label}</a></p>\
                 <p style=\"margin:0 0 16px;font-size:13px;color:#5b6675;word-break:break-all\">{link}</p>"
            )
        }
        Part::Code(code) => format!(
            "<p style=\"margin:24px 0;font-size:32px;letter-spacing:6px;font-weight:600\">{}</p>",
            escape(code)
        ),
    }
}

fn escape(text: &str) -> String {
    html_escape::encode_quoted_attribute(text).into_owned()
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    // C33, C36
    #[test]
    fn what_people_typed_is_text_not_markup() {
        let params = BTreeMap::from([
            ("nickname".to_string(), "<b>x</b>\"'&".to_string()),
            ("link".to_string(), "https://id.example.cn/#t".to_string()),
        ]);
        let mail = MailTemplate::EmailActivation.render(
            Locale::ZhCn,
            "a@example.cn".into(),
            &params,
            Uuid::nil(),
        );
        assert!(!mail.html.contains("<b>x"), "{}", mail.html);
        assert!(mail.text.contains("<b>x</b>"));
        assert!(
            mail.text
                .lines()
                .any(|line| line == "https://id.example.cn/#t")
        );
    }

    #[test]
    fn every_mail_says_who_sends_it_in_both_languages() {
        for template in MailTemplate::iter() {
            for locale in [Locale::ZhCn, Locale::En] {
                let mail =
                    template.render(locale, "a@example.cn".into(), &BTreeMap::new(), Uuid::nil());
                let sender = locale.pick("统一身份认证", "Unified Identity");
                assert!(mail.subject.starts_with(sender));
                assert!(mail.text.contains(sender) && mail.html.contains(sender));
                assert!(!mail.text.contains("${"), "{}", mail.text);
            }
        }
    }
}
