//! Made-up people, from many places. Any likeness to real ones is chance.

const FIRST: &[&str] = &[
    "Anna",
    "Boris",
    "Chiara",
    "Dmitri",
    "Elif",
    "Farid",
    "Grace",
    "Hiroshi",
    "Inès",
    "Jakub",
    "Katarzyna",
    "Lars",
    "Mónica",
    "Nikolai",
    "Oluwaseun",
    "Priya",
    "Quentin",
    "Renée",
    "Søren",
    "Tuğba",
    "Ursula",
    "Václav",
    "Wanjiru",
    "Ximena",
    "Yusuf",
    "Zoë",
    "Aarav",
    "Beatriz",
    "Chloé",
    "Dagny",
    "Emeka",
    "Fatima",
    "Gábor",
    "Hanna",
    "Ivana",
    "Jürgen",
    "Kenji",
    "Lucía",
    "Mehmet",
    "Noor",
    "Øyvind",
    "Paweł",
    "Rosa",
    "Stefan",
    "Thandiwe",
    "Ulrike",
    "Viktor",
    "Wei",
];

const LAST: &[&str] = &[
    "Andersen",
    "Baumgartner",
    "Castillo",
    "Dvořák",
    "Eriksson",
    "Fernández",
    "García",
    "Hofer",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Müller",
    "Nakamura",
    "Okafor",
    "Petrov",
    "Quispe",
    "Rossi",
    "Schönborn",
    "Tanaka",
    "Ünal",
    "Virtanen",
    "Wagner",
    "Xu",
    "Yılmaz",
    "Zieliński",
    "Achebe",
    "Bianchi",
    "Çelik",
    "D’Angelo",
    "Engel",
    "Fontaine",
    "Gruber",
    "Horváth",
    "Ibrahim",
    "Jovanović",
    "Kaya",
    "Lefèvre",
    "Moreau",
    "Novák",
    "O’Connor",
    "Pichler",
    "Rahman",
    "Sørensen",
    "Thaler",
    "Urban",
    "Varga",
    "Weiß",
];

/// A person.
pub struct Person {
    /// First name.
    pub first: &'static str,
    /// Last name.
    pub last: &'static str,
    /// E-mail.
    pub email: String,
}

/// Somebody.
pub fn somebody(random: &mut fastrand::Rng) -> Person {
    let first = FIRST[random.usize(..FIRST.len())];
    let last = LAST[random.usize(..LAST.len())];
    let plain = |name: &str| -> String {
        name.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect()
    };
    let (one, other) = (plain(first), plain(last));
    let number = random.u32(10..1000);
    Person { first, last, email: format!("{one}.{other}{number}@example.org") }
}
