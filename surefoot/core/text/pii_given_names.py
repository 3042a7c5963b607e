"""Given names that are common in Europe and the Americas, and everyday words that are family names."""

from __future__ import annotations

import unicodedata

_GIVEN = """
aarne aaron aart abbie abby abdullah abigail abraham adam adele adelina adriaan adrian adriana afonso agata agi agnes
agneta agnieszka agostino agoston ahmed ahmet aidan aiden aila aileen aimee aino aisha akira aksel alana albert
alberto aldo alec alejandro aleksa aleksandr aleksandra aleksei aleksi alena ales alessandra alessandro alessia
alessio alex alexander alexandra alexandre alexandru alexei alexey alf alfie alfonsa alfonso alfred alfredo ali alice
alicia alina aline alisa alison alistair alla allan allison alma alphonse alva alvaro alyssa amadeo amadou amalia
amanda amber ambroise amedeo amelia amelie amerigo amina amir amira amra amy ana anabel ananya anastasia anatoliy
anatoly anders andre andrea andreas andrei andrej andres andrew andrey andrzej aneta anette anfisa angela angelica
angelika angelo angus anika anil anita anja anke ann anna annabel anne anneli annelie annemarie annette annika anouk
anselmo anthony antje antoine antoinette anton antonella antoni antonia antonin antonina antonio antony antti anya
aoife aranka archie ari ariel arild arjan arjun arkadiusz arkady arlene armand armando arnaldo arnaud arne arni arnold
arpad arsenio arthur arto artur arturo arvid asa asbjorn asger ashlee ashley asta astrid asya attila audur auguste
augusto aurelia aurelie aurelio aurora ava axel ayla aylin ayse balazs balint baptiste barbara barbora barney barry
bart barthelemy bartosz bas bastian beata beatrice beatriz becky begona bela bella benedetta benedict benedikt bengt
benito benjamin benoit bente berit bernadette bernard bernardo bernd bernhard bernice bert bertha bertil bertram
bessie betsy bettany bettina betty beverly bianca billy birger birgit birgitta birta birthe bjarne bjarni bjorg bjork
bjorn blanca blanche bob bodil bogdan boglarka bohdan bohumil bonnie borbala boris borje bostjan bozena brad bradley
bram brandon branislav branka brenda brendan brent brian bridget brigida brigitte britta brittany brooke bruce bruno
bryan burak caitlin caleb callum calogera calogero calvin camila camilla camille candice capucine carina carl carla
carlo carlos carlton carmen carol carole carolina caroline carolyn carrie carson carsten casey cassandra catalina
cathal catherine cathrine cecile cecilia cecylia cedric celia celine cem cesar cesare chantal charles charlotte cheryl
chester chiara chloe chris christa christel christian christiane christina christine christoph christophe christopher
cindy cinzia claire clara clarence clark claude claudette claudia claudine claudio claus clayton clemens clement
cleopatra clifford clint clinton clive clotilde cody colette colin connor conor constance constantin consuelo cora
coralie corey corinna corinne cornelia cornelis cornelius corrine cory courtney craig cristian cristina cristobal
cristoforo csaba csilla curtis cynthia cyrille czeslaw daan dag dagmar dagny daisy dale dalibor damian damien dan dana
danica daniel daniela daniele danielle danilo danny danuta daphne daria dario darius dariusz darlene darrell darren
darryl dave david davide debbie deborah debra dee deepak deirdre delia delores delphine dena denes denis denise deniz
dennis derek derrick desiree desmond dexter dezso diana diane didier diego dieter dietmar dimitri dimitrios dina dinah
dirk dmitri dmitry dmytro dobroslawa dolores dominic dominick dominik dominika dominique don donald donatella donna
dora doreen dorian doris dorota dorothea dorothee dorothy douglas dragan dragana drahomira duncan dusan dustin dwayne
dwight dylan earl ebba eddie edgar edin edit edith edmund edoardo edouard eduard eduardo edward edwin edyta eero egil
eija eila eileen einar eino eirik eivind ejnar ekaterina elaine eleanor elena eleni eleonora eleonore eliana elias
elif elijah elin elina eline elisa elisabeth elise eliska elizabeth elke ella ellen elli ellie elliott elly elmar elof
eloise elsa elspeth elton elvira elzbieta emese emil emile emilia emiliano emilie emilio emily emine emir emma
emmanuel emmanuelle emre enid eniko enrico enrique eric erica erich erik erika erin erkki erland ermanno erna ernest
ernesto ernst erwin erzsebet esat esben eskil esme esperanza esteban estela estelle esther eszter ethan ethel etienne
ettore euan eugene eugenia eugenio eunice eustachy eva evan evangelos evaristo eveliina evelina eveline evelyn evert
evgeni evgenia evgeny ewa ewan ewelina fabian fabien fabienne fabio fabiola fabrice faina faith fatima fatma fatou
fausto fay federica federico fedor felicia felicien felicitas felicity felipe felix femke ferdinand ferenc fergus
fernanda fernande fernando filip filippo finn fiona fiorenzo flavia flavio flemming floor flora florian floriane floyd
francesca francesco francie francine francis francisco franciszek francois francoise franek frank frantisek franz
franziska fred freddie frede frederic frederick frederik frederikke fredrik freja freya frida frieda friedrich fritz
frode gabor gabriel gabriela gabriele gabriella gabrielle gaetan gaetano galina gareth garrett gary gaspard gaston
gavin geir gemma gene genevieve gennady gennaro genowefa geoffrey george georges georgia georgina georgios georgy
gerald geraldine gerard gerardo gerd gerda gergely gerhard germaine germana gerrit gerry gertrud gertrude geza
ghislaine giacomo gianfranco gianluca gianni gijs gil gilbert gilberto gilles gillian gina ginette ginger gino giorgio
giovanna giovanni gisela gisele giulia giulio giuseppe giuseppina gizella gladys glen glenda glenn glenys gloria
gonzalo goran gordon gorm gosta gracie graciela graham graziella grazyna greg gregor gregory greta grethe griet
griffin grigory gro grzegorz guadalupe gudbjorg gudmundur gudny gudrun guido guillaume guillermo gunilla gunnar gunnel
gunnhildur gunter gunther gustaf gustav gustavo guy gwen gyongyi gyorgy gyula haakon hailey hakan halina halldor
halldora halvor hamish hamza hana hank hanna hannah hanne hannes hannu hans harald haris harley harold harri harriet
harriett harry haruto harvey hasan hassan hatice hattie havard heath heather hector hedwig hege heida heidi heike
heikki heiko heinrich heinz helen helena helene helga helge helgi helle helmut helvi hendrik hendrika henk henri
henriette henrik henrique henry henryk herbert heribert herman hermann hermine hernan hester hilary hilda hilde
hildegard hildur hilja hilkka hiroshi hjalmar holger hollie holly homero honorata horacio horst howard howie hrafn
hubert hugh hugo hugues humberto huseyin huub iacopo ian ibrahim ida ignacio igor ike ilaria ildiko ilka ilkka ilona
ilse ilya immacolata imogen impi imre ines inga inge ingeborg ingemar inger ingi ingibjorg ingo ingrid ingvild inka
ioana ioannis iona irena irene irina iris irja irma irving isaac isabel isabella isabelle isaiah isidro isla ismael
ismail issac istvan italo ivan ivana ivar ivo ivona ivy iwan iwona izabela jaakko jaap jacek jacinto jackie jackson
jacob jacqueline jacques jade jadwiga jaime jake jakob jakub jamal james jamie jan jana jane janelle janet janette
jani janice janina janine janneke jannick jannik janos janusz jared jari jarle jarmila jarmo jaroslav jaroslava
jaroslaw jarvis jasmin jasmina jasmine jasna jason jasper javier jayden jayne jean jeanette jeanne jeff jeffrey jelena
jelle jenna jenni jennifer jenny jens jeppe jeremy jernej jeroen jerome jerri jerry jerzy jesper jesse jessica jessie
jesus jill jim jindrich jiri jitka jo joakim joan joana joanna joanne joao joaquim joaquin jocelyn jodie joel joelle
joerg joey johan johann johanna johannes john johnny jolan jolanta jon jonas jonathan joonas joop joost jordi jorg
jorge jorgen joris jorma jose josef josefina josefine joseph josephine josette joshua josiah josie jouni jovana joy
joyce jozef jozsef juan juanita judah judit judith judy juha julia julian juliana juliane julianna julie julien
julienne juliet julio julius june jurgen jurriaan jussi justin justyna kaarina kaarlo kai kaija kaisa kalevi kalle
kalman kamil kamila karel karen kari karin karina karl karla karolina karoline karoly karsten kasper kata katalin
katarina katarzyna katerina katharina katherine kathleen kathrin kathryn kathy katie katja katrin katrine katy kay
kaye kayla kaylee kazimierz kees keijo keira keisha keith kelli kelly ken kendall kendra kenji kenneth kenny kerry
kerstin kev kevin khalid kieran kim kimberly kirill kirk kirsi kirsten kirsti kirstin kirsty kjell kjersti klara klaus
klavdia knut koen kolbrun konrad konstantin kornel kristen kristian kristiina kristin kristina kristine kristjan
kristoffer kristy kristyna krisztian krisztina krystal krystian krystyna krzysztof ksenia kurt kyle kyllikki kyra
ladislav lajos lakisha lana lance landon lara larisa larissa larry lars lasse laszlo latoya laura laure lauren
laurence laurent lauri laurie lavinia layla lea leah leandro leena leif leigh leila lempi lena lene lenka lennart
lenny leo leokadia leon leona leonard leonardo leone leonid leonie leonor leonora leopold leroy lesley leslie leszek
leticia levente levi lewis liam liane libor lidia lieke lies liesbeth liisa lila lili lilian liliana lillian lilly
lina linda lindsay linn linnea lionel lisa lisbeth lise liselotte liv liz lloyd loes lois lola lone loredana lorena
lorenz lorenzo loretta lorna lorraine lothar lotte lou louie louis louisa louise luc luca lucas lucia lucian luciana
luciano lucie lucille lucinda lucja lucy ludek ludmila ludovic ludwig ludwik luella luigi luigia luis luisa luise luka
lukas lukasz luke luther lutz luz lydia lynn lyubov lyudmila maaike maarten mabel maciej maddalena madeleine mads mae
magda magdalena maggie magne magnus mahmoud maija maike maisie maj maja maksim malcolm malene malgorzata malin malte
mandy manfred manon manuel manuela marc marcel marcela marcelino marcella marcelle marcelo marcin marco marcos marcus
marek margaret margareta margarete margarita margaux margery margie margit margot margret margrethe marguerite mari
maria marian mariana marianne marie marieke mariella marija marijke marika mariken marilyn marina mario mariola marion
marisa marisol marit mariusz marjan marjatta marjolein marjorie mark marketa marketta markku marko markus marlene
marlon marsha marshall marta martha marthe martin martina martine marton marvin mary maryam maryse marzena masha
massimo matej mateusz mathias mathieu mathilde matias matilda matjaz mats matteo matthew matthias matthieu matti
mattias matyas maude mauno maura maureen maurice mauricio maurizio mavis max maxim maximilian maximiliano maxine may
maya mees megan mehmet meike melanie melinda melissa melody melvin mercedes meredith merete merja merle merlin mervi
mervyn mette mia micah michael michaela michal micheal michel michela michele michelle mickey mieczyslaw miguel mihai
mihaly miika mika mikael mike mikhail mikkel mikko miklos mikolaj milagros milan mildred milena millie milos miloslav
milosz milton mindy ming minna mira miranda mireille mirella miriam mirjam mirka miroslav miroslawa mirza misty mitch
mitchell mogens mohamed mohammed moira mojca mollie molly mona monica monika monique montserrat moritz morris morten
moussa muhammad murat muriel murielle mustafa myra myrna myrtle nadezhda nadia nadine nadja nana nancy nandor nanette
naomi nasser natalia natalie natalya natasha natasja nathalie nathan nazario neal neil nejc nell nellie nelly nelson
nermin nestor nettie nevena nicholai nicholas nick nicky nicola nicolai nicolas nicole nicoletta nicolo niek niels
nieves nigel nikita niko nikola nikolai nikolaos nikolas nils nina noah noel noelia noella noemi nolan nolwenn noor
nora norbert norberto noreen norma norman nuno octavio odd odette odile oiva olaf olafur olav oldrich ole oleg olena
olga oline olive oliver olivia olivier olle olli ollie olof omar omer ondrej opal oreste orla orlando orsola orsolya
orville oscar oskar oskari osman osvaldo oswald oszkar otis ottavia otto outi owen oystein paavo pablo paige paivi
palle paloma pam pamela pansy paola paolo pascal pascale pascaline pasi pat patrice patricia patricio patrick patrik
patrizia patrizio patrycja patsy patti patty paul paula paulette pauli paulina pauline paulo pavel pavla pawel paz
pearl pedro peggy pekka penelope per percy pernille pertti pete peter petr petra petteri petur philip philipp philippa
philippe phillip phoebe phyllis pia piero pierre pierrette piers piet pieter pietro pilar pim piotr pirjo pirkko
piroska polina pontus poppy poul preben preston primoz priscilla priya prudence przemyslaw quentin rachel radek radim
radka radoslaw radovan rafael rafal raffaele ragnar ragnheidur ragnhild ragnvald rahul raija raimo raimondo rainer
ralf ralph ramon ramona randall randi randy raphael raquel rasmus rauha raul ravi ravil ray raymond raymonde raymundo
rebecca reece reggie regina reginald regine reijo reinhard reino reka remo remy renata renate renato rene renee renzo
reuben rex reza rhoda rhonda rhys ricarda ricardo riccardo richard rick ricky rigoberto riitta rikke rinaldo risto
rita roar robbie robert roberta roberto robin robyn rocco rocio rodger rodney rodolfo rodrigo roel rogelio roger
roland rolande rolando rolf roman romeo romolo ron ronald ronan ronnie rory rosa rosalia rosalie rosalind rosamund
rosanna rosario rosemarie rosemary rosie ross roswitha rowan roxana roxanne roy royce rozsa ruben ruby rudolf rudolph
rudy rufus ruggero rui rune rupert ruslan russell rusty ruth ruud ruzena ryan ryszard saara sabina sabine sabrina
sadie sakari sally salvador salvatore sam samantha sami samir samira sammy samuel samuele samuli sander sandor sandra
sandrine sanja sanjay sanna sanne santiago santina sara sarah sari sarka sascha sasha saskia satu saul saverio scott
sean sebastian sebastien selena selina selma semyon senad seppo serafina serena serge sergei sergey sergio seth
severine shane shannon sharon shaun shawn sheila shelby sheldon shelley sherman sherri shirin shirley sibylle sid
sidney siegfried signe sigrid sigridur sigrun sigurbjorg sigurd sigurdur silke silvana silvano silvia silvio simeon
simon simona simone sinead siobhan siri sirkka sirpa siv sixten sjoerd skye slawomir slobodan snezana snorre sofia
sofie soile solange soledad solveig sonia sonja sonny sophia sophie sophy soren spencer stacey stacie stacy stale
stanislav stanislaw stanislawa stanley stefan stefania stefanie stefano stefanos steffen stein steinunn stelian
stelios stella sten stepan stephan stephanie stephen sterling steve steven stewart stig stijn stine stuart sture sue
sune sunita susan susana susanna susanne susie suzanne suzy svante svava sveinn sven svend svenja sverre svetlana
sybil sylvain sylvester sylvi sylvia sylvie sylwia szabolcs szilard szilvia szymon tabitha tadeusz tage takashi tamara
tamas tamika tanguy tania tanja tanya tapani tapio tara tariq tarja tasha tatiana tatjana tatyana tauno ted teemu
teodor teofil teresa terez tereza terje tero terrence terry terttu tess tessa teun thea thelma theo theodor theodora
theodore theresa therese thiago thibault thierry thijs thomas thor thora thordur thorsteinn thorsten thorunn tiago
tibor tiffany tijn tilda tilly tim timea timo timoteo timothy timur tina tineke tiziana tobias tobin toby todd toini
toivo tom tomas tomasz tome tomislav tommaso tommy toni tony tonya torben torbjorn tord tore torill torsten toussaint
tove tracey tracie tracy travis trent trevor tricia trisha tristan troels trond troy trudy trygve tullio tuomas tuomo
turid tuula tyler tyrone uffe ugo ulf ulla ulrich ulrik ulrike umberto una unnur urban urho urska ursula urszula ute
uwe vaclav vaclava vadim vaino valarie valentin valentina valentine valentino valeria valerie valery vanessa vasco
vasile vasily veikko velma vendula vera verena vernon veronica veronika veronique vesa vesna vibeke vicente vicki
vicky victoire victor victoria vidar vieno viggo vijay vikki viktor viktoria viljo villads ville vilmer vilmos vince
vincent vincenza vincenzo viola violeta virag virgil virgilio virginia virginie vit vitaly vito vittorio vivian
viviane vivien vivienne vlad vladimir vladislav vlasta vojtech vuokko vyacheslav wade waldemar wallace walter wanda
warren wayne wei wenche wendell wendy werner weronika wesley whitney wiebe wieslaw wiktor wilbert wilbur wilfred
wilfried wilhelm will willard willem willemijn william willy wim winifred winston wladyslaw wlodzimierz wojciech
wolfgang woody wouter xavier yannick yaroslav yasmin yasmine yngve yolanda youssef yrjo yseult yuki yulia yuri yusuf
yves yvette yvon yvonne zach zacharie zachary zack zara zbigniew zbynek zdenek zdenka zdzislaw zelda zeljko zena zenon
zeynep zinaida zita zoe zofia zoltan zoran zsofia zsolt zsuzsa zsuzsanna zuzana zvonimir zygmunt
"""
_WORDS_TOO = """
ales amber ari attila auguste aurora bart bas bela bella benedict bert billy blanche bob bonnie brent brooke bruce
carlo carol carolina carson charlotte chester christian clark clement clinton cody constance cora dag daisy dale dan
dana dee diego don dora earl edit faith fay felix floor flora frank gary gemma gene georgia gil ginger gordon griffin
gro guadalupe guy hans harley heath holly ida ike iris italo ivo ivy jackson jade jan jasper jean jerry jesus jill jim
jo joan jon joy june kai kari kata kay ken kendall kim kirk lance landon leigh leo leone lewis lies linn lisa liv liz
lola lone lou luther luz lynn mae magnus mark marshall max may maya mees melody mercedes merle merlin mika ming misty
mitch mona nana nell nelson nick noel nolan noor norma odd ole olive opal orlando otis otto pam pansy pascal pat paz
pearl per percy pete phoebe pilar pim poppy preston prudence ray regina remo rene rex rick roar robin rocco roman
romeo ron rosa rosemary ross rowan roy royce ruby rune rusty sally sam santiago sari satu saul scott selena shelby
sheldon sherman sid siri skye sofia sonny spencer stale stanley stein stella sten sterling sue tara ted terry tess
theo thor tim timo tom tord troy una urban valentine vera vernon victor victoria viola violeta virgil virginia wade
wallace warren wei whitney will woody zelda
"""
_SURNAMES = """
adams allen bailey baker barber bell bennett berg bishop black brown burns butler carpenter carter chambers chandler
church clark cole collier cook cooper cox cross cruz day dean dixon dunn fisher fletcher ford foster fowler fox french
garden gardener gardner glover gold good grant gray green grey hall hardy harper hart hawkins hayes hill hood hunt
hunter jackson james johnson jones jordan king knight lamb lane law lee little long lord major marsh marshall mason
may miller mills moore morgan morris murphy newman noble page palmer parker payne perry phillips pool porter potter
powers price reed rice robinson rose russell sharp shepherd short silver smith snow stokes stone summers swan sweet
taylor thatcher turner tyler walker wall waller ward waters weaver webb webster weeks wells west wheeler white
williams wilson winter winters wise wolf wood woods wright young
"""


def plain(word: str) -> str:
    """Small letters without accents, so that Krisztián and Krisztian are the same."""
    word = word.lower().translate(
        str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "ı": "i", "þ": "th", "ð": "d"})
    )
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


GIVEN_NAMES = frozenset(_GIVEN.split())
WORDS_TOO = frozenset(_WORDS_TOO.split())
"""Given names that open a sentence, a product or a place as often as they name a person."""
SURNAMES = frozenset(_SURNAMES.split())
"""Family names that are words of the language."""
