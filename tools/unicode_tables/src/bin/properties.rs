//! Prints what Oniguruma, unicode-segmentation and the pre-tokenizer UnicodeScripts say about code points, as ranges:
//!
//!     kind  name  first-last first-last …
//!
//! Kinds: "property" (\p{name} of Oniguruma), "type" (\w, \d, \s, \h …), "grapheme" (a class of characters that break
//! alike; its name is that of its example), "script" (a class of characters that UnicodeScripts keeps together).

use onig::Regex;
use std::collections::BTreeMap;
use tokenizers::pre_tokenizers::unicode_scripts::UnicodeScripts;
use tokenizers::{OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer};
use unicode_segmentation::UnicodeSegmentation;

fn scalars() -> impl Iterator<Item = char> {
    (0..=0x10FFFF_u32).filter_map(char::from_u32)
}

fn ranges(codes: &[u32]) -> String {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for &code in codes {
        match out.last_mut() {
            Some((_, last)) if *last + 1 == code => *last = code,
            _ => out.push((code, code)),
        }
    }
    let texts: Vec<String> = out.iter().map(|(a, b)| format!("{a:X}-{b:X}")).collect();
    texts.join(" ")
}

fn print_matches(kind: &str, name: &str, pattern: &str, all: &str) {
    let Ok(regex) = Regex::new(pattern) else {
        eprintln!("no {kind} {name}");
        return;
    };
    let mut codes = Vec::new();
    for (begin, end) in regex.find_iter(all) {
        codes.extend(all[begin..end].chars().map(|c| c as u32));
    }
    println!("{kind}\t{name}\t{}", ranges(&codes));
}

/// How `c` behaves next to an example of every class.
fn behaviour(c: char) -> Vec<usize> {
    const EXAMPLES: [&str; 18] = [
        "\r", "\n", "\u{1}", "\u{300}", "\u{200d}", "\u{1F1E6}", "\u{600}", "\u{903}", "\u{1100}", "\u{1161}",
        "\u{11a8}", "\u{ac00}", "\u{ac01}", "\u{1F600}", "a", "\u{915}", "\u{94d}", "\u{200c}",
    ];
    let count = |text: String| text.graphemes(true).count();
    let mut out = Vec::new();
    for example in EXAMPLES {
        out.push(count(format!("{example}{c}")));
        out.push(count(format!("{c}{example}")));
    }
    out.push(count(format!("\u{1F600}{c}\u{200d}\u{1F600}")));
    out.push(count(format!("\u{1F600}\u{200d}{c}")));
    out.push(count(format!("{c}\u{200d}\u{1F600}")));
    out.push(count(format!("\u{915}\u{94d}{c}")));
    out.push(count(format!("\u{915}{c}\u{915}")));
    out.push(count(format!("\u{915}\u{94d}{c}\u{915}")));
    out.push(count(format!("{c}\u{94d}\u{915}")));
    out.push(count(format!("{c}\u{1F1E6}\u{1F1E6}")));
    out
}

fn print_graphemes() {
    let mut classes: BTreeMap<Vec<usize>, Vec<u32>> = BTreeMap::new();
    for c in scalars() {
        classes.entry(behaviour(c)).or_default().push(c as u32);
    }
    const NAMES: [(&str, char); 18] = [
        ("CR", '\r'), ("LF", '\n'), ("Control", '\u{1}'), ("Extend", '\u{200c}'), ("ConjunctExtend", '\u{300}'),
        ("Linker", '\u{94d}'), ("ZWJ", '\u{200d}'), ("RegionalIndicator", '\u{1F1E6}'), ("Prepend", '\u{600}'),
        ("SpacingMark", '\u{903}'), ("L", '\u{1100}'), ("V", '\u{1161}'), ("T", '\u{11a8}'), ("LV", '\u{ac00}'),
        ("LVT", '\u{ac01}'), ("Pictographic", '\u{1F600}'), ("Consonant", '\u{915}'), ("Other", 'a'),
    ];
    for (name, example) in NAMES {
        match classes.remove(&behaviour(example)) {
            Some(codes) => println!("grapheme\t{name}\t{}", ranges(&codes)),
            None => eprintln!("grapheme class {name} is like another one"),
        }
    }
    for codes in classes.values() {
        eprintln!("grapheme class without a name: {}", ranges(codes));
    }
}

fn stay_together(a: char, b: char) -> bool {
    // "a" first: characters of no script before the first other one vanish.
    let text = format!("{a}{b}");
    let mut pre = PreTokenizedString::from(text.as_str());
    UnicodeScripts::new().pre_tokenize(&mut pre).unwrap();
    pre.get_splits(OffsetReferential::Original, OffsetType::Byte).len() == 1
}

fn print_scripts() {
    let mut examples: Vec<(char, Vec<u32>)> = Vec::new();
    let mut any: Vec<u32> = Vec::new();
    let mut last = usize::MAX;
    for c in scalars() {
        if stay_together('a', c) && stay_together('\u{4e00}', c) {
            any.push(c as u32);
            continue;
        }
        if last == usize::MAX || !stay_together(examples[last].0, c) {
            last = match examples.iter().position(|(example, _)| stay_together(*example, c)) {
                Some(found) => found,
                None => {
                    examples.push((c, Vec::new()));
                    examples.len() - 1
                }
            };
        }
        examples[last].1.push(c as u32);
    }
    println!("script\tAny\t{}", ranges(&any));
    for (example, codes) in examples {
        println!("script\t{:X}\t{}", example as u32, ranges(&codes));
    }
}

fn main() {
    let names = std::env::args().nth(1).expect("a file with property names, one a line");
    let all: String = scalars().collect();
    for name in std::fs::read_to_string(names).unwrap().lines().map(str::trim).filter(|n| !n.is_empty()) {
        print_matches("property", name, &format!(r"\p{{{name}}}+"), &all);
    }
    for (name, pattern) in [("w", r"\w+"), ("d", r"\d+"), ("s", r"\s+"), ("h", r"\h+")] {
        print_matches("type", name, pattern, &all);
    }
    let numeric: Vec<u32> = scalars().filter(|c| c.is_numeric()).map(|c| c as u32).collect();
    println!("std\tnumeric\t{}", ranges(&numeric));
    print_graphemes();
    print_scripts();
}
