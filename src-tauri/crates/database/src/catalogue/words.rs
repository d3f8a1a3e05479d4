//! The words the catalogue is made of. Changing one changes every catalogue: then raise `GENERATOR` as well.

/// A kind of goods: the category's name, what one of it may be called, and what one costs at least, in cents.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) one: [&'static str; 3],
    pub(crate) from_cents: u64,
}

const fn kind(name: &'static str, one: [&'static str; 3], from_cents: u64) -> Kind {
    Kind { name, one, from_cents }
}

pub(crate) const KINDS: [Kind; 40] = [
    kind("Backpacks", ["Backpack", "Daypack", "Rucksack"], 2_900),
    kind("Coffee", ["Coffee Grinder", "Moka Pot", "Pour-Over Set"], 1_900),
    kind("Lamps", ["Desk Lamp", "Floor Lamp", "Reading Light"], 1_500),
    kind("Headphones", ["Headphones", "Earbuds", "Headset"], 2_400),
    kind("Keyboards", ["Keyboard", "Number Pad", "Wrist Rest"], 1_200),
    kind("Notebooks", ["Notebook", "Sketchbook", "Journal"], 400),
    kind("Kitchen knives", ["Chef's Knife", "Paring Knife", "Bread Knife"], 1_400),
    kind("Pans", ["Frying Pan", "Saucepan", "Wok"], 1_800),
    kind("Bicycle parts", ["Saddle", "Handlebar", "Pedal Set"], 1_600),
    kind("Tents", ["Tent", "Tarp", "Bivouac Sack"], 4_900),
    kind("Shoes", ["Running Shoes", "Walking Shoes", "Sandals"], 3_900),
    kind("Jackets", ["Rain Jacket", "Fleece Jacket", "Windbreaker"], 3_500),
    kind("Watches", ["Wrist Watch", "Pocket Watch", "Diving Watch"], 4_500),
    kind("Clocks", ["Wall Clock", "Alarm Clock", "Kitchen Timer"], 900),
    kind("Chairs", ["Office Chair", "Folding Chair", "Stool"], 3_200),
    kind("Desks", ["Standing Desk", "Writing Desk", "Side Table"], 6_900),
    kind("Bedding", ["Pillow", "Duvet", "Blanket"], 1_700),
    kind("Towels", ["Bath Towel", "Tea Towel", "Beach Towel"], 700),
    kind("Mugs", ["Mug", "Travel Cup", "Teacup"], 500),
    kind("Bottles", ["Water Bottle", "Vacuum Flask", "Carafe"], 800),
    kind("Board games", ["Board Game", "Card Game", "Dice Game"], 1_100),
    kind("Puzzles", ["Jigsaw Puzzle", "Wooden Puzzle", "Brain Teaser"], 900),
    kind("Guitars", ["Guitar", "Ukulele", "Guitar Stand"], 3_900),
    kind("Microphones", ["Microphone", "Pop Filter", "Boom Arm"], 1_900),
    kind("Cameras", ["Camera", "Camera Strap", "Tripod"], 2_200),
    kind("Telescopes", ["Telescope", "Spotting Scope", "Star Chart"], 2_900),
    kind("Hand tools", ["Hammer", "Screwdriver Set", "Spirit Level"], 900),
    kind("Power tools", ["Cordless Drill", "Sander", "Jigsaw"], 4_400),
    kind("Garden", ["Watering Can", "Trowel", "Pruning Shears"], 800),
    kind("Plant pots", ["Plant Pot", "Window Box", "Seed Tray"], 600),
    kind("Bird care", ["Bird Feeder", "Nesting Box", "Bird Bath"], 1_000),
    kind("Dog supplies", ["Dog Leash", "Dog Bed", "Chew Toy"], 800),
    kind("Cat supplies", ["Scratching Post", "Cat Bed", "Cat Tunnel"], 900),
    kind("Yoga", ["Yoga Mat", "Yoga Block", "Yoga Strap"], 900),
    kind("Climbing", ["Climbing Rope", "Chalk Bag", "Harness"], 1_900),
    kind("Swimming", ["Swimming Goggles", "Kickboard", "Dry Bag"], 700),
    kind("Umbrellas", ["Umbrella", "Parasol", "Rain Poncho"], 1_000),
    kind("Wallets", ["Wallet", "Card Holder", "Key Pouch"], 1_200),
    kind("Chargers", ["Charger", "Power Bank", "Charging Cable"], 900),
    kind("Radios", ["Radio", "Record Player", "Portable Speaker"], 2_600),
];

/// Before the name of a category, for sizes that need more of them than there are kinds.
pub(crate) const FOR_WHOM: [&str; 10] =
    ["", "Beginners'", "Children's", "Travel", "Professional", "Outdoor", "Vintage", "Studio", "Budget", "Luxury"];

/// Before that, for sizes that need even more.
#[rustfmt::skip] // side by side
pub(crate) const FROM_WHERE: [&str; 10] = [
    "", "Nordic", "Alpine", "Coastal", "Japanese", "Scottish", "Andean", "Mediterranean", "Canadian", "New Zealand",
];

#[rustfmt::skip] // side by side
pub(crate) const MAKERS: [&str; 40] = [
    "Norwind", "Halden", "Brightwell", "Kestrel", "Osterby", "Larkspur", "Fennimore", "Tidewater", "Aldgate", "Copperline",
    "Juniper", "Marlowe", "Northgate", "Quillon", "Redfern", "Silverbirch", "Thistle", "Umberton", "Vantry", "Wexford",
    "Yarrow", "Zephyrine", "Ashcombe", "Bramble", "Calloway", "Dunmore", "Elmhurst", "Foxglove", "Greystone", "Hollis",
    "Ironbridge", "Kingsley", "Linden", "Mossbank", "Oakhaven", "Pemberton", "Rowan", "Stonecroft", "Tamarind", "Westmark",
];

#[rustfmt::skip] // side by side
pub(crate) const MANNERS: [&str; 24] = [
    "Compact", "Classic", "Everyday", "Folding", "Featherlight", "Heavy-Duty", "Quiet", "Modern", "Slim", "Sturdy", "Soft",
    "Adjustable", "Handmade", "Waterproof", "Original", "Essential", "Deluxe", "Mini", "Large", "Rugged", "Simple",
    "Two-Tone", "Reliable", "Clever",
];

#[rustfmt::skip] // side by side
pub(crate) const COLOURS: [&str; 16] = [
    "Slate", "Moss Green", "Midnight Blue", "Sand", "Charcoal", "Brick Red", "Ivory", "Ochre", "Forest Green", "Plum",
    "Steel Grey", "Natural", "Sky Blue", "Rust", "Black", "White",
];

#[rustfmt::skip] // side by side
pub(crate) const MATERIALS: [&str; 16] = [
    "recycled aluminium", "oiled oak", "brushed steel", "waxed cotton", "solid beech", "stoneware", "merino wool",
    "borosilicate glass", "cork and rubber", "bamboo", "vegetable-tanned leather", "ripstop nylon", "cast iron",
    "birch plywood", "hemp canvas", "powder-coated steel",
];

#[rustfmt::skip] // side by side
pub(crate) const OCCASIONS: [&str; 16] = [
    "long days out", "small flats", "early mornings", "the daily commute", "rainy weekends", "a first home",
    "people who hate clutter", "busy families", "the studio", "quiet evenings", "the workshop", "trips without a plan",
    "students on a budget", "all four seasons", "gifts that get used", "those who own one of everything and keep it",
];

pub(crate) const FEATURES: [&str; 16] = [
    "Every part can be replaced, and we stock them all.",
    "It packs flat and weighs next to nothing.",
    "The finish wears in rather than out.",
    "Tested for ten thousand uses before it leaves the factory.",
    "No tools are needed to set it up.",
    "The seams are double-stitched where it matters.",
    "It comes with a cloth bag and a page of honest instructions.",
    "Designed together with people who use one all day.",
    "Cleans with warm water and nothing else.",
    "The handle stays cool and the base stays put.",
    "Two sizes smaller than it looks in the pictures.",
    "Repaired free of charge for the first five years.",
    "It ships in plain cardboard, without any plastic.",
    "The colour is in the material, so scratches do not show.",
    "Fits what you already have, old models included.",
    "Made in small batches and numbered by hand.",
];

#[rustfmt::skip] // side by side
pub(crate) const NAMES: [&str; 48] = [
    "Ada", "Alan", "Amara", "Anders", "Anita", "Barbara", "Bjarne", "Carla", "Chen", "Claude", "Dana", "Dennis", "Edsger",
    "Elif", "Emeka", "Farah", "Fatima", "Grace", "Guido", "Hana", "Hedy", "Ines", "Ivan", "Jin", "Joan", "Kamal", "Katalin",
    "Ken", "Lena", "Leslie", "Linus", "Lucia", "Margaret", "Mateo", "Mei", "Nadia", "Niklaus", "Noor", "Olga", "Priya",
    "Radia", "Rosa", "Salim", "Sofia", "Tomas", "Wanjiru", "Yusuf", "Zofia",
];

pub(crate) const INITIALS: &[u8; 20] = b"ABCDEFGHIJKLMNOPRSTW";

/// The titles of reviews, by rating: the first row is for one star.
pub(crate) const TITLES: [[&str; 6]; 5] = [
    ["Broke in a week", "Sent it back", "Not as described", "A waste of money", "Very disappointed", "Avoid"],
    ["Expected more", "Not for me", "Could be better", "Too many compromises", "Meh", "Two stars for the colour"],
    ["Does the job", "Fine for the price", "Neither good nor bad", "Okay", "Decent, with flaws", "It works"],
    ["Really good", "Would buy again", "Nearly perfect", "Very happy", "Good value", "Better than the last one"],
    ["Excellent", "Exactly what I wanted", "The best I have owned", "Could not be happier", "Love it", "Five stars"],
];

/// How a review begins, by rating.
pub(crate) const OPENINGS: [[&str; 4]; 5] = [
    [
        "It arrived with a crack and went downhill from there.",
        "I wanted to like it, but it simply does not do what it should.",
        "The first one failed, and so did its replacement.",
        "After two days it went into the cupboard for good.",
    ],
    [
        "It is not terrible, but I would choose another.",
        "The idea is good and the workmanship is not.",
        "It looks better in the pictures than on the table.",
        "I keep it because sending it back is too much trouble.",
    ],
    [
        "It does what it says and no more.",
        "For this price I have no complaints and no praise.",
        "Some things are well made, others were clearly saved on.",
        "A reasonable choice if you need one right now.",
    ],
    [
        "Well made, and it feels as if it will last.",
        "A pleasant surprise after some bad luck with other brands.",
        "It does nearly everything right.",
        "Good materials, good size, good price.",
    ],
    [
        "I did not know I needed one, and now I use it every day.",
        "Every detail has been thought about.",
        "I bought a second one for my sister the same week.",
        "This replaced three other things I had.",
    ],
];

/// What a reviewer says of its use; `{}` is for how long.
pub(crate) const USES: [&str; 12] = [
    "I have used it for {} at home.",
    "It has been with me on the road for {}.",
    "We share it in the office and have done so for {}.",
    "My daughter has had it for {} and takes it everywhere.",
    "It has stood by the window for {}.",
    "After {} of daily use I can judge it fairly.",
    "I gave it {} before writing this.",
    "It has survived {} with two small children.",
    "It was in the rain more than once in {}.",
    "In {} I have cleaned it perhaps five times.",
    "Bought as a gift, and in use for {} now.",
    "I reach for it most mornings, for {} already.",
];

pub(crate) const PERIODS: [&str; 8] =
    ["a week", "two weeks", "a month", "six weeks", "three months", "half a year", "most of a year", "a whole winter"];

/// How a review ends, by rating.
pub(crate) const CLOSINGS: [[&str; 4]; 5] = [
    ["I want my money back.", "Save yourself the trouble.", "Never again.", "Customer service did not answer."],
    [
        "Wait for a sale, or for the next version.",
        "There are better ones for less.",
        "I hoped for more.",
        "Perhaps I got a bad one.",
    ],
    [
        "You get what you pay for.",
        "Good enough.",
        "Delivery was quick, at least.",
        "I might buy it again, I might not.",
    ],
    [
        "One star off for the packaging.",
        "Recommended.",
        "Only the colour differs a little from the picture.",
        "I would buy it again.",
    ],
    ["Recommended to everyone.", "Worth every cent.", "Ten out of ten.", "If it ever breaks I will buy the same one."],
];
