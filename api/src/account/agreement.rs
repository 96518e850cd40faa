//! The registration agreement: a text file per language, versioned by date.

use chrono::NaiveDate;
use renzheng_types::{
    Locale,
    agreement::{Agreement, AgreementSection},
};

/// The version in force.
pub const VERSION: &str = "2026-11-01";

const ZH: &str = include_str!("../../assets/agreement/2026-11-01.zh-CN.md");
const EN: &str = include_str!("../../assets/agreement/2026-11-01.en.md");

/// The agreement in force.
pub fn current(locale: Locale) -> anyhow::Result<Agreement> {
    of(VERSION, locale.pick(ZH, EN))
}

/// A text of a version, which is the day it came into force.
pub fn of(version: &str, text: &str) -> anyhow::Result<Agreement> {
    let (title, sections) = read(text);
    Ok(Agreement {
        version: version.into(),
        title,
        effective_from: version.parse::<NaiveDate>()?,
        sections,
    })
}

/// `# ` is the title, `## ` begins a section, blank lines part paragraphs.
fn read(text: &str) -> (String, Vec<AgreementSection>) {
    let mut title = String::new();
    let mut sections: Vec<AgreementSection> = Vec::new();
    for block in text
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty())
    {
        if let Some(heading) = block.strip_prefix("## ") {
            sections.push(AgreementSection {
                heading: heading.into(),
                paragraphs: Vec::new(),
            });
        } else if let Some(text) = block.strip_prefix("# ") {
            title = text.into();
        } else if let Some(section) = sections.last_mut() {
            section.paragraphs.push(block.replace('\n', " "));
        }
    }
    (title, sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_sections() {
        let zh = current(Locale::ZhCn).expect("valid");
        let en = current(Locale::En).expect("valid");
        assert_eq!(zh.title, "注册协议");
        assert!(zh.sections.len() >= 5);
        assert_eq!(zh.sections.len(), en.sections.len());
        for section in zh.sections.iter().chain(&en.sections) {
            assert!(!section.paragraphs.is_empty(), "{}", section.heading);
        }
    }
}
