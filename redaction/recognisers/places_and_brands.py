"""Capitalised words that are no person: countries, towns, tongues, firms and their products.

A list of what chat lines of customers name most; a deployer adds own names with ``keep_names``.
Places that are also given names (Jordan, Florence) stand in ``given_names.DOUBTFUL`` instead.
"""

PLACES = frozenset(
    """
    afghanistan africa african albania aleman alemanha alemania algeria allemagne allemand
    america american americas amsterdam andorra angielski anglais angleterre angola ankara
    antwerp arab arabia arabic argentina arizona armenia asia asian athens atlanta auckland
    australia australian austria austrian azerbaijan bahamas bahrain bangalore bangkok
    bangladesh barbados barcelona basel bavaria beijing beirut belarus belfast belgian belgique
    belgium belgrade belize bengaluru benin berlin bern birmingham bolivia bologna bordeaux
    bosnia boston botswana brasil bratislava brazil brazilian brighton bristol britain british
    brunei brussels bucharest budapest bulgaria bulgarian burkina burma burundi cairo calgary
    california cambodia cambridge cameroon canada canadian canary cardiff caribbean chile china
    chinese cologne colombia colorado congo copenhagen cornwall croatia croatian cuba cyprus
    czech czechia dakar dallas damascus danish delhi denmark denver detroit deutsch deutschland
    dhaka doha dresden dubai dublin duitsland durban dutch ecuador edinburgh egypt eindhoven
    engels england englisch english eritrea espagne espagnol espana espanol estonia eswatini
    ethiopia europe european exeter faroe fiji finland finnish florida franca francais france
    frances francese francia francja frankfurt frankreich frankrijk french gabon gambia gdansk
    geneva genoa german germania germany ghana gibraltar glasgow gothenburg granada greece greek
    greenland grenada guatemala guernsey guinea guyana haiti hamburg hamilton hanoi havana
    hawaii helsinki hindi hiszpania holland honduras houston hungarian hungary hyderabad iceland
    illinois india indian indonesia inghilterra inglaterra ingles inglese iran iraq ireland
    irish islamabad istanbul italia italian italiano italie italien italienisch italy jakarta
    jamaica japan japanese jersey jerusalem johannesburg karachi kazakhstan kent kenya kiev
    kolkata korea korean kosovo krakow kuwait kyiv kyoto kyrgyzstan lagos laos latvia lebanon
    leeds leicester leipzig lesotho liberia libya liechtenstein lille lisboa lisbon lithuania
    liverpool ljubljana lodz london luanda luxembourg lyon macedonia madagascar madrid malaga
    malawi malaysia maldives mali mallorca malta manchester manhattan manila marrakech marseille
    massachusetts mauritania mauritius melbourne mexican mexico miami michigan milan milano
    minnesota moldova monaco mongolia montenegro montreal morocco moscow mozambique mumbai
    munich myanmar nairobi namibia nantes naples nederland nederlands nepal netherlands
    newcastle nicaragua nice niemcy niger nigeria norfolk northern norway norwegian norwich
    nottingham nuremberg oman ontario oporto oslo osterreich ottawa oxford pakistan palermo
    palestine panama paraguay paris pennsylvania perth peru philadelphia philippines poland
    polen polish pologne polonia polska polski porto portoghese portsmouth portugal portugues
    portuguese poznan prague pretoria qatar quebec queensland reykjavik riga riyadh romania
    romanian rome rotterdam russia russian rwanda salzburg samoa sarajevo schweiz scotland
    scottish seattle senegal seoul serbia seville seychelles shanghai sheffield sicily singapore
    slovakia slovenia sofia somalia southampton spagna spagnolo spain spanien spanisch spanish
    spanje stockholm strasbourg stuttgart sudan suisse suriname swansea sweden swedish swiss
    switzerland sydney syria taipei taiwan tajikistan tallinn tanzania tedesco tehran tenerife
    texas thai thailand togo tokyo toronto toulouse tunis tunisia turin turkey turkish
    turkmenistan uganda ukraine ukrainian uruguay utah utrecht uzbekistan valencia vancouver
    venezuela venice vienna vietnam vietnamese vilnius wales warsaw washington welsh wien wlochy
    wroclaw yemen york yorkshire zagreb zambia zimbabwe zurich
    """.split()
)

BRANDS = frozenset(
    """
    adidas airbnb aldi alipay allianz amazon amex android aol apple argos asda asos asus aviva
    axa azure bancomat barclays bbva binance bing bitcoin bizum blik bmw boots bose broadcom
    bunq bupa carrefour cartasi cashapp chatgpt chrome cisco citi citibank coinbase costco
    deliveroo deutsche dhl discord disney dkb dogecoin dropbox easyjet ebay ethereum etoro etsy
    excel expedia facebook fairphone fedex firefox firstline fitbit flixbus garmin giropay
    github glovo gmail google gopro grubhub halifax hermes hotmail hsbc huawei ibm icloud ideal
    ikea ing instagram intel interac ipad iphone itunes jira kestrel kindle klarna kraken lenovo
    lidl linkedin linux litecoin lloyds lufthansa lyft macbook maestro mastercard mbway
    microsoft monese moneygram monzo motorola multibanco n26 nationwide natwest netflix nintendo
    nokia notion nvidia oculus oneplus openai oracle outlook oyster pagseguro payback payoneer
    paypal paysafe paysera pix pixel pizza playstation postbank primark quickbooks rabobank
    revolut rupay ryanair safari sainsbury sainsburys salesforce samsung santander sepa shopify
    siri skrill skype slack snapchat societe sofort sony sparkasse spotify starbucks starling
    steam stripe swatch swift target telegram temu tesco tesla tether tiktok toyota transferwise
    trustly twint twitch twitter uber unionpay ups venmo vinted visa vodafone volkswagen volvo
    waitrose walmart wero whatsapp windows wise woolworths xbox xero xiaomi yahoo youtube
    zalando zara zelle zendesk zoom
    """.split()
)
