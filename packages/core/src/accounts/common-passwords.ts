/**
 * The most common leaked passwords of eight characters or more, in lower case. The list is short on purpose: an
 * attacker gets few guesses here and starts with these.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
00000000 0000000000 01234567 012345678 0123456789 0987654321 10101010 11111111 1111111111 11223344 1122334455
112233445566 12121212 123123123 123321123 12341234 12344321 123454321 123456123 12345678 123456781 123456789
1234567890 1234567891 12345678910 123456789a 12345678a 123456qwerty 12345abc 1234abcd 1234qwer 123qwe123 123qweasd
13131313 14725836 147258369 159357456 15975346 19871987 19901990 1a2b3c4d 1password 1q2w3e4r 1q2w3e4r5t 1qaz2wsx
1qaz2wsx3edc 1qazxsw2 20002000 20202020 22222222 33333333 44444444 456789123 55555555 66666666 69696969 741852963
77777777 789456123 87654321 88888888 987654321 9876543210 99999999 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 aa123456
aa12345678 abc12345 abc123456 abcd1234 abcd12345 abcde123 abcdefg1 abcdefgh abcdefghi access123 access14 admin123
admin1234 admin12345 admin@123 adminadmin administrateur administrator alejandra alejandro alexandra alexandre
america1 andrew12 angel123 angelina angels12 anniversary anthony1 apple123 arsenal1 arsenal123 asd12345 asdf1234
asdfasdf asdfghjk asdfghjkl asdfjkl; ashley12 asshole1 autumn2024 azerty12 azerty123 azertyui azertyuiop babyboy1
babygirl babygirl1 banana12 barcelona barcelona1 baseball baseball1 basketbal basketball batman123 beatles1
beautiful benjamin bigdaddy birthday birthday1 biteme12 blessed1 blink182 bonjour1 bonjour12 bonjour123 brandon1
brooklyn bugsbunny bullshit business butterfly butterfly1 callofduty camille1 caroline changeit changeme changeme1
changeme123 changezmoi charlie1 chelsea1 cherry12 cheyenne chicago1 chocolat chocolate chocolate1 chouchou christian
christine christopher church12 cisco123 company1 computer computer1 cookie12 cookie123 correcthorsebatterystaple
corvette counterstrike cowboys1 creative crystal1 cupcake1 daniel123 danielle darkness database december default1
demo1234 demodemo diamond1 diamonds dominique doudou123 dragon12 dragon123 dragonball dragonfly dropbox1 elizabeth
eminem12 explorer facebook facebook1 facebook123 faith123 february ferrari1 flower12 flower123 footbal1 football
football1 football12 fortnite fortnite1 francois frederic freedom1 friday13 fuckfuck fuckoff1 fuckyou! fuckyou1
fuckyou123 fuckyou2 gangster garfield ghostrider goodluck google123 greenday1 guest123 guestguest harley12
harleydavidson heaven12 hello123 hello1234 hellohello hellokitty helloworld helloyou hockey123 hunter12 ilovegod
ilovejesus iloveme1 iloveu123 iloveyou iloveyou! iloveyou1 iloveyou123 iloveyou2 internet internet1 iphone12
isabelle jackass1 jasmine1 jennifer jennifer1 jessica1 jesuisla jesus123 jesuschrist jetadore jetaime1 jetaime123
jetaimes jonathan jordan23 joshua12 juventus kawasaki killer12 killer123 lakers24 letmein! letmein1 letmein12
letmein123 letsgo123 lightning linkedin linkinpark liverpool liverpool1 lkjhgfdsa login123 loginlogin loulou123
lovelove lovelove1 loveyou1 lucky123 manchester manutd12 marseille marseille13 master12 master123 matthew1 mercedes
metallica metallica1 michael1 michael23 michelle michelle1 mickey12 mickeymouse microsoft midnight midnight1
minecraft mnbvcxz1 mnbvcxza monamour moncoeur monday123 monkey12 monkey123 motdepasse motdepasse1 motdepasse123
motorola mustang1 mypassword naruto123 natalie1 newpassword newyork1 nicholas nicolas1 nintendo nirvana1 nokia123
nothing1 november oracle12 orlando1 p@ssw0rd p@ssw0rd1 p@ssword p@ssword1 pa55word pass1234 passpass passw0rd
passw0rd1 password password! password01 password1 password1! password11 password12 password123 password1234
password2 password22 password3 password99 passwords passwort patricia peaches1 philippe phoenix1 pikachu1 platinum
playstation poiuytrewq pokemon1 pokemon123 porsche1 porsche9 princesa princess princess1 princess12 pussycat
q1234567 q1w2e3r4 q1w2e3r4t5 qazwsx123 qazwsxedc qwe12345 qweasd123 qweasdzxc qweqweqwe qwerty01 qwerty12 qwerty123
qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwertyui qwertyuiop qwertyuiop123 qwertz123 qwertzui qwertzuiop
rainbow1 realmadrid redskins1 robert12 rockstar rockyou1 root1234 rootroot samantha samantha1 samsung1 samsung123
sandrine saturday savannah scooby12 scoobydoo sebastien secret12 secret123 secretpassword security security1
september server12 sexybaby shadow12 shadow123 simpsons slipknot slipknot1 snickers snoopy12 soccer12 softball
soleil123 spiderman spiderman1 spring2024 spring2025 stargate startrek starwars starwars1 steelers steelers1
stephane stephanie strawberry summer12 summer123 summer2020 summer2021 summer2022 summer2023 summer2024 summer2025
sunshine sunshine1 superman superman1 sweetheart swordfish terminator test1234 test12345 tester12 testing1
testing123 testtest thepassword thomas12 thuglife thunder1 tigger12 tinkerbell toor1234 trustno1 tuesday1 user1234
useruser valentin valentina veronica victoria victoria1 volleyball warcraft warcraft1 welcome! welcome1 welcome12
welcome123 wertyuio whatever whatever1 william1 windows1 winniethepooh winter12 winter123 winter2020 winter2021
winter2022 winter2023 winter2024 winter2025 worldofwarcraft yamaha12 yankees1 youtube1 zaq12wsx zaq1xsw2 zaq1zaq1
zxc12345 zxcasdqwe zxcvbnm, zxcvbnm1 zxcvbnm123 zxcvzxcv
`
    .trim()
    .split(/\s+/),
);
