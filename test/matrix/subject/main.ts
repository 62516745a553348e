import * as controllers from './controllers.js';
import { serve } from './serve.js';

void serve(controllers);
