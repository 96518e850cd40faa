use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc};
use renzheng_types::Locale;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2026年11月1日`, `1 November 2026`.
pub fn date(locale: Locale, date: NaiveDate) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match locale {
        Locale::ZhCn => format!("{year}年{month}月{day}日"),
        Locale::En => {
            let name = MONTHS.get(date.month0() as usize).copied().unwrap_or("");
            format!("{day} {name} {year}")
        }
    }
}

/// `2026年11月1日 09:05`, in China's time.
pub fn moment(locale: Locale, at: DateTime<Utc>) -> String {
    let local = at + Duration::hours(8);
    let day = date(locale, local.date_naive());
    format!("{day} {:02}:{:02}", local.hour(), local.minute())
}

/// A wait in the coarsest unit that says enough: `45 秒`, `3 分钟`, `2 小时`. Rounded up.
pub fn duration(locale: Locale, seconds: u32) -> String {
    let (count, zh, one, many) = match seconds {
        0..=90 => (seconds, "秒", "second", "seconds"),
        91..=5400 => (seconds.div_ceil(60), "分钟", "minute", "minutes"),
        _ => (seconds.div_ceil(3600), "小时", "hour", "hours"),
    };
    match locale {
        Locale::ZhCn => format!("{count} {zh}"),
        Locale::En if count == 1 => format!("{count} {one}"),
        Locale::En => format!("{count} {many}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_naturally() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        assert_eq!(date(Locale::ZhCn, day), "2026年11月1日");
        assert_eq!(date(Locale::En, day), "1 November 2026");
    }

    #[test]
    fn moments_are_in_the_time_of_china() {
        let at = DateTime::from_timestamp(1_793_000_000, 0).unwrap();
        assert_eq!(moment(Locale::En, at), "26 October 2026 15:33");
    }

    #[test]
    fn waits_are_never_told_too_short() {
        assert_eq!(duration(Locale::ZhCn, 45), "45 秒");
        assert_eq!(duration(Locale::ZhCn, 121), "3 分钟");
        assert_eq!(duration(Locale::En, 1), "1 second");
        assert_eq!(duration(Locale::En, 5401), "2 hours");
        assert_eq!(duration(Locale::En, 86_400), "24 hours");
    }
}
