// Every style sheet that belongs to no component, in the order in which they hold.

import './fonts.css';
import 'uplot/dist/uPlot.min.css';
import './tokens.css';
import './base.css';
import './chart.css';
